#!/usr/bin/env python3
"""A thread that cannot be stopped for a while, because it is in uninterruptible sleep: nobody stands meanwhile, and when
it is awake again the patch goes in, at one of the next attempts of the same command. Nothing changes as long as it has not
been looked at."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import Target, buildPatchObject, buildTarget, livepatch, makePatch, waitUntil  # noqa: E402

target = buildTarget(flags=["-pthread"])
patch = makePatch("awake", buildPatchObject(), "J value newValue\n", [target])


def states(pid):
    tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return [(task / "stat").read_text().rsplit(")", 1)[1].split()[0] for task in tasks]


with Target(target) as program:
    program.ask("v")
    waitUntil(lambda: "D" in states(program.pid), "the parent of a vfork is not in uninterruptible sleep")
    livepatch("apply", "--pid", program.pid, patch, "--consistency", "stack", "--deadline", "60s", says=["awake"])
    program.expect("?", "2", "with the patch")
    waitUntil(lambda: set(states(program.pid)) == {"S"}, "a thread was left standing")

with Target(target) as program:
    program.ask("w")
    waitUntil(lambda: "D" in states(program.pid), "the parent of a vfork is not in uninterruptible sleep")
    livepatch("apply", "--pid", program.pid, patch, "--consistency", "stack", "--deadline", "1s", code="busy",
              says=["uninterruptible"])
    program.expect("?", "1", "nobody knows where that thread is")
    program.expect("g", "1", "it is let go")
    waitUntil(lambda: set(states(program.pid)) == {"S"}, "it does not wake")
    livepatch("apply", "--pid", program.pid, patch, "--consistency", "stack", "--deadline", "60s")
    program.expect("?", "2", "with the patch")
