#!/usr/bin/env python3
"""livepatch is killed at random moments, and at each of its system calls in turn: the target lives, computes right, and is
wholly old or wholly new. The next livepatch finishes the work, and mappings do not pile up."""

import os
import pathlib
import random
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import BIN, EXIT, Target, buildPatchObject, buildTarget, call, check, livepatch, makePatch  # noqa: E402

TRIALS = int(os.environ.get("LIVEPATCH_KILLS", "100"))
OLD = "7 11 old text 1"
NEW = "70 110 new text 2"

target = buildTarget()
commands = f"""J first newFirst
J second newSecond
V text {b'new text'.hex()}00 if={b'old text'.hex()}00
V number 02000000 if=01000000
"""
patch = makePatch("fix", buildPatchObject(), commands, [target])
random.seed(os.getpid())


def consistent(program, when):
    check(program.alive(), f"{when}: the target has ended with {program.process.poll()}")
    for _ in range(500):
        words = program.ask().split()
        state = " ".join(words[:-2])
        check(words[-2] == "0", f"{when}: {words[-2]} wrong results")
        if state in (OLD, NEW):
            return state
        # The agent, once started, comes to its end alone: that takes a moment.
        time.sleep(0.01)
    sys.exit(f"FAIL {when}: a mix: {state}")


def howLong(words):
    start = time.monotonic()
    subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.monotonic() - start


with Target(target) as program:
    check(consistent(program, "before") == OLD, "the target does not begin with its own code")
    apply = [str(BIN / "livepatch"), "apply", "--quiet", "--pid", str(program.pid), str(patch)]
    revert = [str(BIN / "livepatch"), "revert", "--quiet", "--pid", str(program.pid), "fix"]
    span = max(howLong(apply), howLong(revert), 0.005)
    killed = 0
    for trial in range(TRIALS):
        words = random.choice([apply, apply, revert])
        tool = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.random() * span * 1.2)
        tool.send_signal(signal.SIGKILL)
        killed += tool.wait() == -signal.SIGKILL
        consistent(program, f"trial {trial} ({words[1]})")
    print(f"{killed} of {TRIALS} were killed in the middle")
    check(killed > TRIALS // 10, "hardly any was killed in the middle")
    mappings = program.maps().count("\n")

    # The next ones work, and everything that was left behind is either used or gone.
    for _ in range(3):
        code, text = call("livepatch", "apply", "--pid", program.pid, patch)
        check(code in (EXIT["done"], EXIT["already"]), text)
        check(consistent(program, "the next apply") == NEW, "the next apply has no effect")
        livepatch("revert", "--pid", program.pid, "fix")
        check(consistent(program, "the next revert") == OLD, "the next revert has no effect")
    check(program.maps().count("\n") <= mappings + 8, f"mappings pile up:\n{program.maps()}")
    print(program.maps())
