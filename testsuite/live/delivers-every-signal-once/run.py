#!/usr/bin/env python3
"""Signals arrive while patches go on and off with stops, and through a borrowed thread without: each is handled exactly
once, and those that come to a waiting thread still wake it."""

import time
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import EXIT, Target, buildPatchObject, buildTarget, call, check, makePatch, waitUntil  # noqa: E402

target = buildTarget()
patch = makePatch("fix", buildPatchObject(), "J value newValue\nJ other newOther\nV number 02000000 if=01000000\n",
                  [target])
with Target(target) as program:
    program.ask()
    cycles, end = 0, time.monotonic() + 4
    while cycles < 20 or time.monotonic() < end:
        for words in (("apply", patch), ("revert", "fix")):
            code, text = call("livepatch", words[0], "--pid", program.pid, words[1], "--consistency",
                              "stack" if cycles % 2 else "function", "--deadline", "30s")
            check(code == EXIT["done"], text)
        cycles += 1
    wakes = int(program.ask().split()[2])
    # The kernel chooses between two threads, and stays with the busy one for as long as that keeps its processor.
    waitUntil(lambda: int(program.ask().split()[2]) > wakes + 3, "the waiting thread takes no more signals", 60)
    sent = int(program.ask("stop").split()[3])
    waitUntil(lambda: int(program.ask("stop").split()[1]) >= sent, f"signals were lost: {sent} sent, {program.ask('stop')}")
    value, handled, woken, _ = program.ask("stop").split()
    print(f"{cycles} cycles, {sent} signals sent, {handled} handled, {woken} wakes")
    check(int(handled) == sent, "a signal was handled twice")
    check(value == "2", "the old code does not run")
    check(int(woken) <= sent, "the waiting thread was woken without a signal")
