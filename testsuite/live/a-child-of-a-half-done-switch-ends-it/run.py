#!/usr/bin/env python3
"""A child that was forked in the middle of a switch, of which nobody in it would ever make an end (livepatch was killed, and
the thread at work is one of the parent's), waits for nothing: its first call, or the first livepatch, ends the switch."""

import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import ANSWERS, Target, buildPatchObject, buildTarget, check, livepatch, makePatch  # noqa: E402

target = buildTarget()
patch = makePatch("half-done", buildPatchObject(ANSWERS / "patch.c"), "J value value3\nJ other other3\nV number 03000000 if=01000000\n",
                  [target])
# runtime/core/region_offsets.h
STATE, FLAG, DATA_OFFSET, MARK = 56, 64, 300, 448
DATA_ADDRESS, DATA_STATE = 0, 16
COMMIT, REVERT, CLOSED = 1, 2, 0x80
COMMITTING, COMMITTED, REVERTING, REVERTED = 4, 5, 6, 7
UNWRITTEN, WRITTEN, WRITING, RESTORING = 0, 1, 3, 4


class Region:
    def __init__(self, program):
        self.memory = open(f"/proc/{program.pid}/mem", "r+b", buffering=0)
        self.at = next(start for start in self.starts(program) if self.read(start, 8) == b"LPREGION")
        self.data = self.at + struct.unpack("<I", self.read(self.at + DATA_OFFSET, 4))[0]
        self.number = struct.unpack("<Q", self.read(self.data + DATA_ADDRESS, 8))[0]

    def starts(self, program):
        return [int(line.split("-")[0], 16) for line in program.maps().splitlines() if "rw-p" in line and "[v" not in line]

    def read(self, at, size):
        self.memory.seek(at)
        return self.memory.read(size)

    def put(self, at, form, value):
        self.memory.seek(at)
        self.memory.write(struct.pack(form, value))

    def become(self, flag, state, data, number):
        """As the agent leaves it at that point; the mark says that this process has begun the switch, as livepatch would."""
        self.put(struct.unpack("<Q", self.read(self.at + MARK, 8))[0], "<Q", 1)
        self.put(self.at + STATE, "<I", state)
        self.put(self.data + DATA_STATE, "<I", data)
        self.put(self.number, "<I", number)
        self.put(self.at + FLAG, "<B", flag)


# (flag, state, data, number) in the middle, and what has to come of it.
middles = [((CLOSED | COMMIT, REVERTED, UNWRITTEN, 1), "3 3 3"),   # nothing is done yet
           ((CLOSED | COMMIT, COMMITTING, UNWRITTEN, 1), "3 3 3"),
           ((CLOSED | COMMIT, COMMITTING, WRITING, 99), "3 3 3"),  # half of the number is written
           ((CLOSED | COMMIT, COMMITTING, WRITTEN, 3), "3 3 3"),
           ((CLOSED | REVERT, COMMITTED, WRITTEN, 3), "1 1 1"),
           ((CLOSED | REVERT, REVERTING, RESTORING, 99), "1 1 1"),
           ((CLOSED | REVERT, REVERTING, UNWRITTEN, 1), "1 1 1")]

with Target(target) as program:
    livepatch("apply", "--pid", program.pid, patch)
    livepatch("revert", "--pid", program.pid, patch.name)
    region = Region(program)
    for before, after in middles:
        for generations in (1, 2):
            region.become(*before)
            for _ in range(generations):
                child = int(program.ask("f").split()[-1])
            program.expect("?", after, f"a child, forked at {before}")
            program.expect("?", after, "it stays so")
            # It is a process like any other.
            livepatch("apply" if after == "1 1 1" else "revert", "--pid", child, patch if after == "1 1 1" else patch.name)
            program.expect("?", "3 3 3" if after == "1 1 1" else "1 1 1", "switched in the child")
            for _ in range(generations):
                program.expect("q", "the child ended with 0", "the end")
        # Nobody calls anything: the next livepatch finds it in motion, and ends it.
        region.become(*before)
        child = int(program.ask("f").split()[-1])
        livepatch("list", "--pid", child, says=["half-done in motion"])
        livepatch("apply" if after == "3 3 3" else "revert", "--pid", child, patch if after == "3 3 3" else patch.name, code="already")
        program.expect("?", after, "ended by livepatch")
        program.expect("q", "the child ended with 0", "the end")
        # The gate is open, but the agent has not told yet: nothing waits, and livepatch tells it.
        on = after == "3 3 3"
        region.become(int(on), COMMITTING if on else REVERTING, WRITTEN if on else UNWRITTEN, 3 if on else 1)
        child = int(program.ask("f").split()[-1])
        program.expect("?", after, "the gate was open")
        livepatch("revert" if on else "apply", "--pid", child, patch.name if on else patch)
        program.expect("?", "1 1 1" if on else "3 3 3", "switched in the child")
        program.expect("q", "the child ended with 0", "the end")
    # All that was done to the parent's memory was done by this test.
    region.become(0, REVERTED, UNWRITTEN, 1)
    program.expect("?", "1 1 1", "the parent")
    livepatch("apply", "--pid", program.pid, patch)
    program.expect("?", "3 3 3", "the parent")
    check(program.alive(), "the parent lives")
