"""Lua's interpreter: one line in, its answer on the standard output."""

import pathlib
import select
import subprocess

from services.service import ANSWER_WITHIN_S, Service, ServiceError, permitTracing

END = "=== end ==="


class Lua(Service):
    FAREWELL = f"print('{END}')"

    def questions(self):
        return pathlib.Path(__file__).with_name("lua_lines.txt").read_text().splitlines()

    def __enter__(self):
        self.process = subprocess.Popen([self.executable, "-i"], cwd=self.folder, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=permitTracing)
        self.ask("")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def ask(self, question):
        try:
            self.process.stdin.write(f"{question}\n{self.FAREWELL}\n".encode())
            self.process.stdin.flush()
            out = b""
            while END.encode() + b"\n" not in out:
                if not select.select([self.process.stdout], [], [], ANSWER_WITHIN_S)[0]:
                    raise ServiceError(f"{self.executable} does not answer {question!r}")
                more = self.process.stdout.read1(65536)
                if not more:
                    raise ServiceError(f"{self.executable} ended at {question!r} with {self.process.wait()}")
                out += more
        except BrokenPipeError:
            raise ServiceError(f"{self.executable} ended at {question!r} with {self.process.wait()}") from None
        # When the prompt comes is chance.
        return out.decode(errors="replace").replace("> ", "")
