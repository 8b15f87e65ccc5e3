"""Running programs that answer questions: the same ones, the same way, whenever they are asked."""

import contextlib
import ctypes
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

START_WITHIN_S, ANSWER_WITHIN_S = 30, 10
PR_SET_PTRACER, PR_SET_PDEATHSIG = 0x59616D61, 1  # prctl(2)


class ServiceError(Exception):
    """The program did not start, or is gone."""


def permitTracing():
    """In the new process. It ends with the script, too, whatever ends that."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL), 0, 0, 0)
    if os.geteuid() != 0:
        ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)


def freePort(kind=socket.SOCK_STREAM):
    with socket.socket(type=kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    """A process of the program in a folder of its own. Subclasses say how it is started and what it is asked."""

    def __init__(self, executable, folder):
        self.executable, self.folder, self.port = str(executable), pathlib.Path(folder), freePort()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.process = None

    def __enter__(self):
        self.log = (self.folder / "log").open("wb")
        self.process = subprocess.Popen(self.command(), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=self.log,
                                        stderr=self.log, preexec_fn=permitTracing)
        deadline = time.monotonic() + START_WITHIN_S
        while not self.isReady():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise ServiceError(f"{self.executable} does not serve, see {self.folder}/log")
            time.sleep(0.02)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.log.close()

    @property
    def pid(self):
        return self.process.pid

    def isReady(self):
        try:
            self.connect().close()
            return True
        except OSError:
            return False

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=ANSWER_WITHIN_S)

    def answers(self):
        """Question -> answer. A program that died has no answers to compare."""
        out = {str(question): self.ask(question).replace(str(self.folder), "FOLDER") for question in self.questions()}
        if self.process.poll() is not None:
            raise ServiceError(f"{self.executable} ended with {self.process.returncode}, see {self.folder}/log")
        return out

    def ask(self, question):
        """Sends the text, returns everything up to the end of the stream."""
        with self.connect() as connection:
            connection.sendall(question)
            # Who answers at once may have hung up before us: what it said is there to be read.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
            return self.readAll(connection)

    @staticmethod
    def readAll(connection):
        data = b""
        try:
            while more := connection.recv(65536):
                data += more
        except OSError as error:
            data += f" [{type(error).__name__}]".encode()
        return data.decode(errors="replace")
