"""A library in a small program: one line in, one line out."""

import select
import subprocess

from services.service import ANSWER_WITHIN_S, Service, ServiceError, permitTracing


class Driver(Service):
    ARGUMENTS = []
    STDERR = subprocess.DEVNULL
    WITHIN_S = ANSWER_WITHIN_S

    def environment(self):
        return None  # ours

    def questions(self):
        # Twice: what a library keeps between calls shows in the second one.
        return ["first", "second"]

    def __enter__(self):
        self.process = subprocess.Popen([self.executable, *self.ARGUMENTS], cwd=self.folder, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.STDERR, preexec_fn=permitTracing,
                                        env=self.environment())
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def exchange(self, lines, isWhole):
        """Sends the lines, returns what comes back up to where it is whole."""
        out = b""
        try:
            self.process.stdin.write(lines.encode())
            self.process.stdin.flush()
            while not isWhole(out):
                if not select.select([self.process.stdout], [], [], self.WITHIN_S)[0]:
                    raise ServiceError(f"{self.executable} does not answer {lines!r}")
                more = self.process.stdout.read1(65536)
                if not more:
                    raise ServiceError(f"{self.executable} ended at {lines!r} with {self.process.wait()}")
                out += more
        except BrokenPipeError:
            raise ServiceError(f"{self.executable} ended at {lines!r} with {self.process.wait()}") from None
        return out.decode(errors="replace")

    def ask(self, question):
        return self.exchange(f"{question}\n", lambda out: out.endswith(b"\n"))
