"""Dropbear, asked by ssh."""

import os
import pwd
import subprocess

from servers.openssh import Sshd, makeKey, publicKey
from services.service import ServiceError


class Dropbear(Sshd):
    """Keys of users lie in their homes: it sees another one there (a mount of its own)."""

    IN_HOME = 'mount --bind "$1" "$2" && shift 2 && exec "$@"'

    def command(self):
        if os.geteuid() != 0:
            # With and without the fix all would be denied alike, and nothing be tested.
            raise ServiceError("only root can let Dropbear see other keys than the user's own")
        self.key, home = makeKey(self.folder, "user"), self.folder / "home"
        (home / ".ssh").mkdir(parents=True, mode=0o700)
        (home / ".ssh" / "authorized_keys").write_text(publicKey(self.key))
        (home / ".ssh" / "authorized_keys").chmod(0o600)
        home.chmod(0o700)
        subprocess.run(
            [self.shipped / "dropbearkey", "-t", "ed25519", "-f", self.folder / "host"],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        seen = pwd.getpwuid(os.getuid()).pw_dir
        return [
            *("unshare", "-m", "sh", "-c", self.IN_HOME, "sh", str(home), seen),
            *(self.executable, "-F", "-E", "-p", f"127.0.0.1:{self.port}"),
            *("-P", str(self.folder / "pid"), "-r", str(self.folder / "host")),
        ]

    def questions(self):
        return ["echo hello", "exit 3", "-o PubkeyAuthentication=no true", "-o Ciphers=aes128-ctr echo cipher"]
