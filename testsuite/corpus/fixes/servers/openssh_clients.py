"""The programs of OpenSSH that users start: those that stay are asked as they are, the others run one command line
after the other in a process that stays (drivers/served_tool.c)."""

import os
import pwd
import socket
import struct
import subprocess
import threading

from servers.openssh import Sshd, makeKey, string
from services.driver import Driver
from services.service import ANSWER_WITHIN_S, Service, ServiceError

ADD_CARD, ADD_CARD_CONSTRAINED, SUCCESS, FAILURE = 20, 26, 6, 5


class Master(Service):
    """A connection that other clients share. Keys are exchanged anew after a few kilobytes."""

    def __enter__(self):
        self.sshd = Sshd(self.shipped / "sshd", self.folder / "server")
        self.sshd.__enter__()
        return super().__enter__()

    def __exit__(self, *rest):
        super().__exit__(*rest)
        self.sshd.__exit__(*rest)

    def command(self):
        return [self.executable, "-M", "-N", "-o", "RekeyLimit=64K", *self.words()]

    def words(self):
        user = pwd.getpwuid(os.getuid()).pw_name
        options = ("UserKnownHostsFile=/dev/null", "StrictHostKeyChecking=no", "BatchMode=yes")
        return [
            *("-F", "none", "-q", "-T", "-S", str(self.folder / "shared"), "-i", str(self.sshd.key)),
            *("-p", str(self.sshd.port)),
            *(word for option in options for word in ("-o", option)),
            f"{user}@127.0.0.1",
        ]

    def isReady(self):
        return self.run("-O", "check").returncode == 0

    def run(self, *before, after=(), data=b""):
        return subprocess.run(
            ["ssh", *before, *self.words(), *after],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=6 * ANSWER_WITHIN_S,
            check=False,
        )

    def questions(self):
        return ["check", "proxy", "hello", "much", "nothing"]

    def ask(self, question):
        done = {
            "check": lambda: self.run("-O", "check"),
            "proxy": lambda: self.run("-O", "proxy"),
            "hello": lambda: self.run(after=["echo", "hello"]),
            "much": lambda: self.run(after=["md5sum"], data=bytes(300_000)),
            "nothing": lambda: self.run(after=["exit", "3"]),
        }[question]()
        return f"{done.returncode} {done.stdout.decode(errors='replace')}"


class Pkcs11Helper(Driver):
    """The agent's helper, which loads libraries for cards."""

    WITHIN_S = 60
    LIBRARIES = {"missing": "/nonexistent/card.so", "no slot": "/usr/lib/x86_64-linux-gnu/libp11-kit.so.0"}

    def questions(self):
        return self.LIBRARIES

    def ask(self, question):
        message = bytes([ADD_CARD]) + string(self.LIBRARIES[question].encode()) + string(b"1234")
        try:
            self.process.stdin.write(string(message))
            self.process.stdin.flush()
            size = struct.unpack(">I", self.process.stdout.read(4))[0]
            return self.process.stdout.read(size).hex()
        except (BrokenPipeError, struct.error):
            raise ServiceError(f"{self.executable} ended at {question}") from None


class Served(Driver):
    """Command lines as text; what has to be in the folder for them is made by `prepare`."""

    WITHIN_S = 300
    LINES = ()

    def prepare(self):
        return {}

    def questions(self):
        return self.LINES

    def environment(self):
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SSH_")}
        return inherited | {"LC_ALL": "C"} | self.prepare()


class Ssh(Served):
    """Nobody listens where it wants to go."""

    LINES = (
        "-F none -o BatchMode=yes -p 1 user@127.0.0.1 true",
        "-F none -o BatchMode=yes -p 1 ${USER}$(x)@127.0.0.1 true",
        "-F none -o BatchMode=yes -p 1 user@-bad true",
        "-F none -G 127.0.0.1",
        "-V",
    )


class Scp(Served):
    """As the sink that the other side's scp starts, and with addresses that need no network to be wrong."""

    LINES = (
        "-t . <plain",
        "-t . <setuid",
        "-p -t . <setuid",
        "-S ./far scp://me%41@127.0.0.1/a%20file out",
        "-S ./far scp://me%00x@127.0.0.1/file out",
        "-S ./far scp://me%zz@127.0.0.1/file out",
        "missing out",
    )

    def prepare(self):
        (self.folder / "plain").write_bytes(b"C0644 5 got\nhello\0")
        (self.folder / "setuid").write_bytes(b"T1 0 1 0\nC6755 5 got\nhello\0")
        # The other side hears the greeting, and hangs up.
        (self.folder / "far").write_text("#!/bin/sh\nhead -c 9 > hello; exit 1\n")
        (self.folder / "far").chmod(0o755)
        return {}

    def ask(self, question):
        got = self.folder / "got"
        got.unlink(missing_ok=True)
        answer = super().ask(question)
        return f"{answer} {oct(got.stat().st_mode) if got.exists() else ''}"


class ListeningAgent(threading.Thread):
    """An agent that is content with cards under conditions only: the answer tells what ssh-add asked for."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(path))
        self.socket.listen()

    def run(self):
        try:
            while True:
                connection, _ = self.socket.accept()
                with connection:
                    while message := self.message(connection):
                        connection.sendall(string(bytes([SUCCESS if message[0] == ADD_CARD_CONSTRAINED else FAILURE])))
        except OSError:
            return

    @staticmethod
    def message(connection):
        with connection.makefile("rb", buffering=0) as stream:
            head = stream.read(4)
            return stream.read(struct.unpack(">I", head)[0]) if head and len(head) == 4 else b""


class SshAdd(Served):
    LINES = (
        "-s /nonexistent.so",
        "-t 100 -s /nonexistent.so",
        "-H known -h 127.0.0.1 -s /nonexistent.so",
        "-e /nonexistent.so",
        "-l",
    )
    CONSTRAINED = LINES[2]

    def prepare(self):
        self.agent = ListeningAgent(self.folder / "agent")
        self.agent.start()
        public = makeKey(self.folder, "host").with_suffix(".pub").read_text()
        (self.folder / "known").write_text(f"127.0.0.1 {public}")
        ask = {"SSH_ASKPASS": "/bin/true", "SSH_ASKPASS_REQUIRE": "force"}
        return ask | {"SSH_AUTH_SOCK": str(self.folder / "agent")}

    def __exit__(self, *rest):
        super().__exit__(*rest)
        self.agent.socket.shutdown(socket.SHUT_RDWR)  # wakes who waits in accept
        self.agent.socket.close()
