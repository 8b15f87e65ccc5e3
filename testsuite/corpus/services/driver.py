"""A library in a small program: one line in, one line out."""

import select
import subprocess

from services.service import ANSWER_WITHIN_S, Service, ServiceError, permitTracing


class Driver(Service):
    def questions(self):
        # Twice: what a library keeps between calls shows in the second one.
        return ["first", "second"]

    def __enter__(self):
        self.process = subprocess.Popen([self.executable], cwd=self.folder, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, preexec_fn=permitTracing)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def ask(self, question):
        line = b""
        try:
            self.process.stdin.write(question.encode() + b"\n")
            self.process.stdin.flush()
            while not line.endswith(b"\n"):
                if not select.select([self.process.stdout], [], [], ANSWER_WITHIN_S)[0]:
                    raise ServiceError(f"{self.executable} does not answer")
                more = self.process.stdout.read1(65536)
                if not more:
                    raise ServiceError(f"{self.executable} ended with {self.process.wait()}")
                line += more
        except BrokenPipeError:
            raise ServiceError(f"{self.executable} ended with {self.process.wait()}") from None
        return line.decode(errors="replace")
