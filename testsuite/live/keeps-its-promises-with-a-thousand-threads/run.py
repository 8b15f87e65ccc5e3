#!/usr/bin/env python3
"""Programs with 1, 16, 128 and 1,000 threads, that stay or that come and go all the time. With `stack` no call ever sees functions
and data of two versions; with `function`, which stops nobody, no thread ever sees a patch's functions change more often
than the patch was switched. A thread that spins or is blocked inside an old function is waited for and named, and meanwhile all
the others go on.

More rounds with LIVEPATCH_FULL=1; LIVEPATCH_THREADS=n is for one number of threads alone."""

import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import BIN, EXIT, Target, buildPatchObject, buildTarget, call, check, livepatch, makePatch  # noqa: E402

full = os.environ.get("LIVEPATCH_FULL") == "1"
CYCLES = 100 if full else 3
COUNTS = [int(os.environ["LIVEPATCH_THREADS"])] if "LIVEPATCH_THREADS" in os.environ else [1, 16, 128, 1000]
DEADLINE = ("--deadline", "60s")  # the machine may be busy

target = buildTarget(flags=["-O1", "-pthread"])
patchObject = buildPatchObject()
four = "J first newFirst\nJ second newSecond\nJ third newThird\nJ fourth newFourth\n"
uses = ["first", "second", "number", "deep"]
whole = makePatch("whole", patchObject, four + "J together newTogether\nV number 0200000000000000 if=0100000000000000\n", [target], uses)
functions = makePatch("functions", patchObject, four, [target], uses)
handle = makePatch("handle", patchObject, "J handle newHandle\n", [target], uses)


class Look:
    def __init__(self, program, order="?"):
        words = program.ask(order).split()
        check(len(words) == 6, f"the program has ended: {program.process.poll()}")
        self.rounds, self.new, self.mixed, self.wrong, self.ups, self.downs = map(int, words)
        check(self.wrong == 0, f"{self.wrong} wrong results")


def cycles(program, patch, consistency):
    for cycle in range(CYCLES):
        for words in (("apply", patch), ("revert", patch.name)):
            code, text = call("livepatch", words[0], "--pid", program.pid, words[1], "--consistency", consistency, *DEADLINE, timeout=300)
            check(code == EXIT["done"], f"{consistency}, cycle {cycle}: {text}")
            Look(program)  # everybody has gone on


def toldWhileOthersGoOn(program, how):
    """A worker inside: given up and named; or waited for, until it leaves."""
    Look(program, how)
    # On a busy machine: more than one stop, and none that is given up early.
    livepatch("apply", "--pid", program.pid, handle, "--consistency", "stack", "--deadline", "5s", "--stop-limit", "60s",
              code="busy", says=["the-worker", "handle", "frame"])
    words = ["apply", "--quiet", "--pid", str(program.pid), str(handle), "--consistency", "stack", *DEADLINE]
    waiting = subprocess.Popen([str(BIN / "livepatch"), *words])
    for _ in range(5):
        Look(program)
        time.sleep(0.02)
    check(waiting.poll() is None, "it did not wait")
    Look(program, "l")
    check(waiting.wait(timeout=100) == 0, "the patch did not go in although the thread came out")
    livepatch("revert", "--pid", program.pid, "handle", *DEADLINE)


for threads in COUNTS:
    for kind in ("callers", "chains"):
        with Target(target, threads, kind) as program:
            Look(program)
            cycles(program, whole, "stack")
            stack = Look(program)
            check(stack.mixed == 0, f"{stack.mixed} calls saw two versions")
            check(0 < stack.new < stack.rounds, "the patch never worked, or always")
            cycles(program, functions, "function")
            end = Look(program)
            check(max(end.ups, end.downs) <= 2 * CYCLES, f"a thread saw {end.ups} changes to new code, {end.downs} back, in {2 * CYCLES} cycles")
            if kind == "callers":
                for how in ("s", "b"):
                    toldWhileOthersGoOn(program, how)
            print(f"{threads} {kind}: {end.rounds} rounds, {stack.new} new with stack, 0 mixed; at most {end.ups} changes seen in "
                  f"{2 * CYCLES} cycles", flush=True)
