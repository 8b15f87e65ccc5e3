"""Lua's interpreter: one line in, its answer on the standard output."""

import pathlib
import subprocess

from services.driver import Driver

END = "=== end ==="


class Lua(Driver):
    ARGUMENTS = ["-i"]
    STDERR = subprocess.STDOUT
    FAREWELL = f"print('{END}')"

    def questions(self):
        return pathlib.Path(__file__).with_name("lua_lines.txt").read_text().splitlines()

    def __enter__(self):
        super().__enter__()
        self.ask("")
        return self

    def ask(self, question):
        out = self.exchange(f"{question}\n{self.FAREWELL}\n", lambda out: f"{END}\n".encode() in out)
        # When the prompt comes is chance.
        return out.replace("> ", "")
