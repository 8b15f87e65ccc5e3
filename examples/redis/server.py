"""A Redis server of our own on a free loopback port, and the few words of its protocol that the example needs."""

import ctypes
import os
import pathlib
import signal
import socket
import subprocess
import time

PR_SET_PTRACER = 0x59616D61  # prctl(2)
START_WITHIN_S = 120


class ServerError(Exception):
    """The server did not do what was asked for."""


class ErrorReply(Exception):
    """An error that Redis answered with."""


def permitTracing():
    # Where yama's ptrace_scope is 1, an ordinary user's process has to permit a tracer that is not its parent; exec
    # keeps the permission.
    if os.geteuid() != 0:
        ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)


def freePort():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, executable, folder, port):
        self.executable, self.folder, self.port = executable, pathlib.Path(folder), port
        self.process = None

    @property
    def pid(self):
        return self.process.pid

    def start(self):
        """Returns when the server serves, which is after it has loaded its data."""
        self.folder.mkdir(parents=True, exist_ok=True)
        log = (self.folder / "server.log").open("ab")
        command = [str(self.executable), "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder),
                   "--dbfilename", "data.rdb", "--save", "3600 1", "--daemonize", "no", "--protected-mode", "no",
                   "--enable-debug-command", "local"]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                        preexec_fn=permitTracing)
        log.close()
        deadline = time.monotonic() + START_WITHIN_S
        while True:
            try:
                if self.command("PING") == "PONG":
                    return
            except (OSError, ErrorReply):
                pass  # not yet listening, or still loading
            if self.process.poll() is not None:
                raise ServerError(f"redis-server ended with {self.process.returncode}, see {self.folder}/server.log")
            if time.monotonic() > deadline:
                raise ServerError(f"redis-server does not serve within {START_WITHIN_S} s")
            time.sleep(0.001)

    def shutDown(self):
        """As an administrator would: the data are saved first."""
        try:
            self.command("SHUTDOWN", "SAVE")
        except (OSError, ServerError):
            pass  # the answer is the closed connection
        self.process.wait(timeout=START_WITHIN_S)

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def command(self, *words):
        """Sends one command on a connection of its own. Returns a string, a number or None."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=300) as connection:
            parts = [word.encode() for word in map(str, words)]
            connection.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts))
            with connection.makefile("rb") as reader:
                return self.readReply(reader)

    @staticmethod
    def readReply(reader):
        line = reader.readline()
        if not line.endswith(b"\r\n"):
            raise ServerError("the server closed the connection")
        kind, text = line[:1], line[1:-2].decode()
        if kind == b"-":
            raise ErrorReply(text)
        if kind == b"+":
            return text
        if kind == b":":
            return int(text)
        if kind == b"$":
            return None if text == "-1" else reader.read(int(text) + 2)[:-2].decode()
        raise ServerError(f"a reply of kind {kind!r} was not expected")

    def info(self, field):
        for line in self.command("INFO", "everything").splitlines():
            if line.startswith(field + ":"):
                return line.split(":", 1)[1]
        return None

    def mappings(self):
        return len(pathlib.Path(f"/proc/{self.pid}/maps").read_text().splitlines())
