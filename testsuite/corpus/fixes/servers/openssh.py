"""OpenSSH: the server without a fork of another program for each connection, asked by ssh; and the agent."""

import os
import pwd
import socket
import struct
import subprocess

from servers.paired import Paired
from services.service import ANSWER_WITHIN_S, Service, freePort


def makeKey(folder, name, kind="ed25519"):
    path = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(path)], check=True, stdin=subprocess.DEVNULL)
    return path


def publicKey(path):
    return path.with_suffix(".pub").read_text()


class Sshd(Service):
    """With -r it serves connections in forks of itself, which have the patches of their parent."""

    def command(self):
        host, self.key = makeKey(self.folder, "host"), makeKey(self.folder, "user")
        authority, certified = makeKey(self.folder, "authority"), makeKey(self.folder, "certified", "ecdsa")
        subprocess.run(
            ["ssh-keygen", "-q", "-s", str(authority), "-I", "me", "-n", "one,two", str(certified.with_suffix(".pub"))],
            check=True,
            stdin=subprocess.DEVNULL,
        )
        (self.folder / "authorized").write_text(
            f'{publicKey(self.key)}cert-authority,principals="three,two" {publicKey(authority)}'
        )
        return self.sshd("sshd_config", self.port, host)

    def sshd(self, name, port, host, more=""):
        configuration = self.folder / name
        configuration.write_text(
            f"Port {port}\nListenAddress 127.0.0.1\nHostKey {host}\nPidFile none\n"
            f"AuthorizedKeysFile {self.folder}/authorized\nStrictModes no\nPermitRootLogin yes\n"
            "PasswordAuthentication no\nMaxStartups 100\nHostbasedAuthentication yes\n"
            f"PubkeyAcceptedAlgorithms +ssh-rsa\nKbdInteractiveAuthentication no\n{more}"
        )
        return [self.executable, "-D", "-e", "-r", "-f", str(configuration)]

    def questions(self):
        return [
            "echo hello",
            "exit 3",
            "-o PubkeyAuthentication=no true",
            "-o KexAlgorithms=ecdh-sha2-nistp256 echo kex",
            "-o Ciphers=aes128-ctr echo cipher",
            "-o IdentityFile=certified echo certified",
        ]

    def ask(self, question):
        options, words = [], question.split()
        while words[0] == "-o":
            options, words = options + words[:2], words[2:]
        identity = self.key
        if options[-1:] == ["IdentityFile=certified"]:
            options, identity = ["-o", "IdentitiesOnly=yes"], self.folder / "certified"
        user = pwd.getpwuid(os.getuid()).pw_name
        done = subprocess.run(
            [
                "ssh",
                "-F",
                "none",
                "-q",
                "-T",
                "-i",
                str(identity),
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


class SshdFull(Paired, Sshd):
    """And one more, that gives who does not log in only a second."""

    def secondCommand(self):
        self.hasty = freePort()
        return self.sshd("hasty_config", self.hasty, self.folder / "host", "LoginGraceTime 1\n")

    def isSecondReady(self):
        return self.isOpen(self.hasty)

    @staticmethod
    def isOpen(port):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=ANSWER_WITHIN_S).close()
            return True
        except OSError:
            return False

    def questions(self):
        return [*super().questions(), "silent"]

    def ask(self, question):
        if question != "silent":
            return super().ask(question)
        with socket.create_connection(("127.0.0.1", self.hasty), timeout=6 * ANSWER_WITHIN_S) as connection:
            return self.readAll(connection)


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
