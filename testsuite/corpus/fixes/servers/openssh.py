"""OpenSSH: the server without a fork of another program for each connection, asked by ssh; and the agent."""

import os
import pwd
import socket
import struct
import subprocess

from services.service import ANSWER_WITHIN_S, Service


def makeKey(folder, name, kind="ed25519"):
    path = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(path)], check=True, stdin=subprocess.DEVNULL)
    return path


class Sshd(Service):
    """With -r it serves connections in forks of itself, which have the patches of their parent."""

    def command(self):
        host, self.key = makeKey(self.folder, "host"), makeKey(self.folder, "user")
        (self.folder / "authorized").write_text(self.key.with_suffix(".pub").read_text())
        configuration = self.folder / "sshd_config"
        configuration.write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {host}\nPidFile none\n"
            f"AuthorizedKeysFile {self.folder}/authorized\nStrictModes no\nPermitRootLogin yes\n"
            "PasswordAuthentication no\nMaxStartups 100\nHostbasedAuthentication yes\n"
            "PubkeyAcceptedAlgorithms +ssh-rsa\nKbdInteractiveAuthentication no\n"
        )
        return [self.executable, "-D", "-e", "-r", "-f", str(configuration)]

    def questions(self):
        return [
            "echo hello",
            "exit 3",
            "-o PubkeyAuthentication=no true",
            "-o KexAlgorithms=ecdh-sha2-nistp256 echo kex",
            "-o Ciphers=aes128-ctr echo cipher",
        ]

    def ask(self, question):
        options, words = [], question.split()
        while words[0] == "-o":
            options, words = options + words[:2], words[2:]
        user = pwd.getpwuid(os.getuid()).pw_name
        done = subprocess.run(
            [
                "ssh",
                "-F",
                "none",
                "-q",
                "-T",
                "-i",
                str(self.key),
                "-p",
                str(self.port),
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "BatchMode=yes",
                *options,
                f"{user}@127.0.0.1",
                *words,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            timeout=3 * ANSWER_WITHIN_S,
            check=False,
        )
        return f"{done.returncode} {done.stdout}"


def string(data):
    return struct.pack(">I", len(data)) + data


class Agent(Service):
    """ssh-agent, in its own protocol and asked by ssh-add."""

    def command(self):
        self.socket = self.folder / "agent"
        self.key = makeKey(self.folder, "key")
        return [self.executable, "-D", "-a", str(self.socket)]

    def isReady(self):
        return self.socket.exists()

    def questions(self):
        return ["add", "list", "constrained", "lock", "unlock", "card", "delete", "empty", "nonsense"]

    def packet(self, data):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(ANSWER_WITHIN_S)
            connection.connect(str(self.socket))
            connection.sendall(string(data))
            return connection.recv(4096).hex()

    def ask(self, question):
        if question in ("add", "constrained"):
            more = ["-t", "1000"] if question == "constrained" else []
            done = subprocess.run(
                ["ssh-add", *more, str(self.key)],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                env=os.environ | {"SSH_AUTH_SOCK": str(self.socket)},
                stdin=subprocess.DEVNULL,
                check=False,
            )
            return f"{done.returncode} {done.stdout}"
        answer = self.packet(
            {
                "list": b"\x0b",
                "lock": b"\x16" + string(b"p"),
                "unlock": b"\x17" + string(b"p"),
                "card": b"\x14" + string(b"/usr/lib/nothing.so") + string(b"1"),
                "delete": b"\x13",
                "empty": b"\x0b",
                "nonsense": b"\xf0",
            }[question]
        )
        # Keys are made anew for each process.
        return answer[:18] if question == "list" else answer
