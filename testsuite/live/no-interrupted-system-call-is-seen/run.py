#!/usr/bin/env python3
"""Threads sit in system calls of every kind while a patch is applied and reverted with stops: no call ends with EINTR, none
ends before its time."""

import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import EXIT, Target, buildPatchObject, buildTarget, call, check, makePatch  # noqa: E402

target = buildTarget()
patch = makePatch("fix", buildPatchObject(), "J value newValue\nJ other newOther\n", [target])
with Target(target) as program:
    program.ask()
    cycles, end = 0, time.monotonic() + 6
    while time.monotonic() < end:
        for words in (("apply", patch), ("revert", "fix")):
            code, text = call("livepatch", words[0], "--pid", program.pid, words[1], "--consistency", "stack")
            check(code == EXIT["done"], text)
        program.ask()
        cycles += 1
        time.sleep(0.02)
    answer = program.ask()
    print(f"{cycles} cycles; value, wakes, interrupted, too short, which: {answer}")
    value, wakes, interrupted, tooShort = answer.split()[:4]
    check(cycles > 10 and int(wakes) > 20, "too little was tried")
    check(interrupted == "0", "a system call was seen interrupted")
    check(tooShort == "0", "a system call ended before its time")
    check(value == "2", "the old code does not run")
