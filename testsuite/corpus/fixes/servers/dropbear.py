"""Dropbear, asked by ssh."""

import os
import pathlib
import subprocess

from servers.openssh import Sshd


class Dropbear(Sshd):
    def command(self):
        self.key = self.folder / "user"
        keygen = pathlib.Path(self.executable).parent / "dropbearkey"
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ecdsa", "-m", "PEM", "-N", "", "-f", str(self.key)],
            check=True,
            stdin=subprocess.DEVNULL,
        )
        return [
            self.executable,
            "-F",
            "-E",
            "-R",
            "-p",
            f"127.0.0.1:{self.port}",
            "-P",
            str(self.folder / "pid"),
            "-r",
            str(self.folder / "host"),
        ]
