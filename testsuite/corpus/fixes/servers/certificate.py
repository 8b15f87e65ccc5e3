"""A certificate that is its own authority."""

import subprocess


def makeCertificate(folder, name="one.test"):
    """Leaves key.pem and cert.pem in the folder."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-subj", f"/CN={name}", "-keyout", "key.pem", "-out", "cert.pem", "-days", "30"),
        ],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
