"""The program in borders/: hot functions whose entries lie at the borders of words, cache lines and pages."""

import pathlib
import re

from harness import buildPatchObject, buildTarget, check, makePatch

HERE = pathlib.Path(__file__).resolve().parent / "borders"
HEADER = (HERE / "entries.h").read_text().split("#define REFUSED")
ACCEPTED, REFUSED = (re.findall(r"X\((\w{3,})\)", part) for part in HEADER)
PADDINGS = {"marked": ("endbr-nop5", 8), "marked_last_word_of_page": ("endbr-nop5", 8),
            "marked_in_the_page_before": ("endbr-nop5", 4), "marked_without_fill": ("endbr-nop5", 4)}


def build():
    return buildTarget(HERE / "target.c", "borders", ["-O2", "-pthread", "-g", HERE / "entries.S"], padding=False)


def patchOf(target, names, name="borders-fix"):
    """New versions of these functions."""
    commands = "".join(f"J {function} new_{function}\n" for function in names)
    return makePatch(name, buildPatchObject(HERE / "patch.c", flags=("-O2", "-fcf-protection=branch")), commands, [target],
                     paddings=PADDINGS)


def checkFunctions(program, new, when):
    """Those in `new` add two, all others one."""
    wanted = " ".join(f"{name}={2 if name in new else 1}" for name in [*ACCEPTED, *REFUSED])
    program.expect("f", wanted, when)


class Counts:
    """What all threads have seen: calls of old and new code, wrong results, changes from one to the other."""

    def __init__(self, program):
        self.old, self.new, self.wrong, self.changes = map(int, program.ask("c").split())

    def checkSince(self, before):
        check(self.wrong == 0, f"{self.wrong} wrong results")
        check(self.old > before.old and self.new > before.new, "not both versions were called")
        return f"{self.old - before.old} calls of old, {self.new - before.new} of new code, {self.changes - before.changes} changes seen"
