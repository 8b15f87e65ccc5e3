"""The witness (witness/witness.c) and its judge: a program that watches itself while tools work on it, and are killed.

Used by the tests that kill the tool, and by the one that proves that the judge sees a careless tool."""

import mmap
import os
import pathlib
import signal
import struct
import subprocess
import time

from harness import PADDING, WORK, buildPatchObject, clang, makePatch, must

SOURCES = pathlib.Path(__file__).resolve().parent / "witness"
OLD, NEW, CUMULATIVE = 1, 2, 3  # what outer() and alone() tell of themselves
# Behind `wrong`, `interrupted`, `handled` and `threads`, as in witness.c's Board.
RAN, GENERATION, CALLS, ALONE, ID, ERRNO, WHAT = 4, 68, 70, 72, 74, 138, 202


class Unwell(Exception):
    """What is wrong with the witness."""


def buildWitness(flags=()):
    must(clang(), "-g", "-c", *PADDING, *flags, "-o", WORK / "patched.o", SOURCES / "patched.c")
    must(clang(), "-g", "-O1", "-pthread", "-Wl,--build-id", *flags, "-o", WORK / "witness",
         *[SOURCES / name for name in ("witness.c", "hold.S")], WORK / "patched.o")
    return WORK / "witness"


def buildTool(name):
    must("cc", "-O2", "-o", WORK / name, SOURCES / f"{name}.c")
    return WORK / name


def makePatches(target, count):
    """`count` patches of each kind that do the same under different names, so that each can be the first of its kind in a
    process: large with data, small of one function, and cumulative ones that know nothing of what the small ones change."""
    own = WORK.parent.name[:20]  # of this test
    kinds = {"large": (NEW, """J left newLeft
J right newRight
J outer newOuter
V number 0200000000000000 if=0100000000000000
P chosen newTwo
"""), "all": (CUMULATIVE, """J left newLeft
J right newRight
J outer newOuter
V number 0300000000000000 if=0100000000000000
P chosen newTwo
""")}
    made = {"small": []}
    for kind, (to, commands) in kinds.items():
        made[kind] = [makePatch(f"{own}-{kind}{i}", buildPatchObject(SOURCES / "patch.c", flags=["-O2", f"-DVARIANT={i}", f"-DTO={to}"]),
                                commands, [target], uses=["left", "right", "number", "chosen"]) for i in range(count)]
    for i in range(count):
        alone = buildPatchObject(SOURCES / "patch_alone.c", flags=["-O2", f"-DVARIANT={i}"])
        made["small"].append(makePatch(f"{own}-small{i}", alone, "J alone newAlone\n", [target]))
    return made


class Witness:
    def __init__(self, program, board, patience=30.0, threads=9, forks=False):
        board.write_bytes(bytes(8192))
        self.patience, self.threads, self.callers = patience, threads + forks * (threads > 1), min(threads, 2)
        with open(board, "r+b") as file:
            self.board = mmap.mmap(file.fileno(), 8192)
        self.process = subprocess.Popen([str(program), str(board), str(threads), *["forks"] * forks], stdin=subprocess.PIPE)
        self.pid = self.process.pid
        self.settle("at the beginning")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()

    def numbers(self, first, count):
        return struct.unpack_from(f"{count}q", self.board, 8 * first)

    def complaint(self):
        if self.process.poll() is not None:
            how = self.process.returncode
            return f"it has ended: {signal.Signals(-how).name if how < 0 else how}"
        if self.numbers(0, 1)[0]:
            return f"{self.numbers(0, 1)[0]} complaints, the first: " + self.board[8 * WHAT:].split(b"\0")[0].decode()
        return None

    def settle(self, when):
        """Every thread has looked at everything that it holds, and runs on. Else Unwell."""
        limit = time.monotonic() + self.patience
        before = None
        while True:
            complaint = self.complaint()
            if complaint:
                raise Unwell(f"{when}: {complaint}")
            now = self.numbers(RAN, self.numbers(3, 1)[0])
            # The first round may have been begun before, the second was not.
            if before and len(now) == len(before) and all(b - a >= 2 for a, b in zip(before, now)):
                return
            if len(now) >= self.threads and before is None:
                before = now
            if time.monotonic() > limit:
                stuck = [k for k, (a, b) in enumerate(zip(before or now, now)) if b - a < 2]
                state = pathlib.Path(f"/proc/{self.pid}/task/{self.numbers(ID, 64)[stuck[0]]}/stat").read_text() if stuck else ""
                raise Unwell(f"{when}: threads {stuck} stand still: {state[:60]}")
            time.sleep(0.003)

    def generation(self, when):
        """What all callers get from now on from outer() and from alone(). The settled witness shows it; the agent may still
        be on its way."""
        limit = time.monotonic() + self.patience
        while True:
            self.settle(when)
            seen = [set(self.numbers(of, self.callers)) for of in (GENERATION, ALONE)]
            if all(len(one) == 1 for one in seen):
                return seen[0].pop(), seen[1].pop()
            if time.monotonic() > limit:
                raise Unwell(f"{when}: the callers do not agree: {seen}")

    def mappings(self):
        return pathlib.Path(f"/proc/{self.pid}/maps").read_text().count("\n")

    def tracedThreads(self):
        status = [pathlib.Path(task, "status").read_text() for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir()]
        return sum("TracerPid:\t0\n" not in text for text in status)


def killedWhenItSaysNow(words):
    """Runs a command and kills it as soon as it has written a line; whether it had come so far."""
    with subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE) as tool:
        came = tool.stdout.readline() == b"now\n"
        tool.send_signal(signal.SIGKILL)
    return came
