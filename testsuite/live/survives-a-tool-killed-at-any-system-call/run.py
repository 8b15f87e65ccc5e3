#!/usr/bin/env python3
"""livepatch is killed as it enters its first system call, its second, ..., each time on a new target: the target lives,
computes right and is wholly old or wholly new; the next livepatch finishes the work and leaves nothing else behind."""

import os
import pathlib
import subprocess
import sys
import time

# The tool runs under ptrace here, where the leak detector of a sanitized build refuses to work.
os.environ["ASAN_OPTIONS"] = "detect_leaks=0"
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import BIN, EXIT, HERE, WORK, Target, buildPatchObject, buildTarget, call, check, makePatch, must  # noqa: E402

SECONDS = float(os.environ.get("LIVEPATCH_KILL_SECONDS", "40"))
OLD = "7 11 old text 1"
NEW = "70 110 new text 2"

target = buildTarget()
must("cc", "-O2", "-o", WORK / "killer", HERE / "killer.c")
commands = f"""J first newFirst
J second newSecond
V text {b'new text'.hex()}00 if={b'old text'.hex()}00
V number 02000000 if=01000000
"""
patch = makePatch("fix", buildPatchObject(), commands, [target])


def consistent(program, when):
    for _ in range(500):
        words = program.ask().split()
        check(len(words) > 2 and program.alive(), f"{when}: the target has ended")
        state = " ".join(words[:-2])
        check(words[-2] == "0", f"{when}: {words[-2]} wrong results")
        if state in (OLD, NEW):
            return state
        time.sleep(0.01)  # the agent, once started, comes to its end alone
    sys.exit(f"FAIL {when}: a mix: {state}")


def killAt(n, program, *words):
    command = [WORK / "killer", n, BIN / "livepatch", words[0], "--quiet", "--pid", program.pid, *words[1:]]
    return subprocess.run([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60,
                          check=False).returncode


def oneTrial(n):
    with Target(target) as program:
        check(consistent(program, f"call {n}, before") == OLD, "the target does not begin with its own code")
        code = killAt(n, program, "apply", patch)
        check(code in (99, EXIT["done"]), f"call {n}: exit code {code}")
        consistent(program, f"call {n}")
        again, text = call("livepatch", "apply", "--pid", program.pid, patch)
        check(again in (EXIT["done"], EXIT["already"]), f"call {n}: the next apply: {text}")
        check(consistent(program, f"call {n}, next apply") == NEW, f"call {n}: the next apply has no effect")
        check(killAt(n, program, "revert", "fix") in (99, EXIT["done"]), f"call {n}: revert")
        consistent(program, f"call {n}, revert")
        again, text = call("livepatch", "revert", "--pid", program.pid, "fix")
        check(again in (EXIT["done"], EXIT["already"]), f"call {n}: the next revert: {text}")
        check(consistent(program, f"call {n}, next revert") == OLD, f"call {n}: the next revert has no effect")


start = time.monotonic()
low, high = 1, 4096  # how many calls there are: by halving
while low < high:
    middle = (low + high) // 2
    with Target(target) as trial:
        low, high = (low, middle) if killAt(middle, trial, "apply", patch) == 0 else (middle + 1, high)
print(f"an application makes about {low} system calls")
trials = 0
order = sorted(range(1, low + 1), key=lambda k: (k * 7919) % (low + 1))  # spread, should the time not do for all
for n in order:
    if time.monotonic() - start > SECONDS:
        break
    oneTrial(n)
    trials += 1
print(f"{trials} of {low} calls tried")
check(trials > min(low, 30) // 2, "too few were tried")
