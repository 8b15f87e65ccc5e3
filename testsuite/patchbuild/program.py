"""A program that runs while it is patched: one line in, one line out."""

import ctypes
import os
import select
import signal
import subprocess

from build import Failure

ANSWER_WITHIN_S = 20
PR_SET_PTRACER = 0x59616D61  # prctl(2)


def permitTracing():
    """Where yama's ptrace_scope is 1, a process must permit tools that are not its parents; kept across exec."""
    if os.geteuid() != 0:
        ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)


class Program:
    def __init__(self, executable):
        self.process = subprocess.Popen([str(executable)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, preexec_fn=permitTracing)
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def ask(self, question):
        try:
            self.process.stdin.write(question.encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Failure(f"asked \"{question}\": {self.end()}") from None
        line = b""
        # Read byte by byte from the descriptor: a buffered reader could hold what select(2) then no longer sees.
        while not line.endswith(b"\n"):
            if not select.select([self.process.stdout], [], [], ANSWER_WITHIN_S)[0]:
                raise Failure(f"asked \"{question}\": no answer within {ANSWER_WITHIN_S} s")
            byte = os.read(self.process.stdout.fileno(), 1)
            if not byte:
                raise Failure(f"asked \"{question}\": {self.end()}")
            line += byte
        return line.decode(errors="replace").rstrip("\n")

    def end(self):
        code = self.process.wait(timeout=ANSWER_WITHIN_S)
        return f"the program was killed by {signal.Signals(-code).name}" if code < 0 else f"the program exited ({code})"
