#!/usr/bin/env python3
"""Threads that are made and end all the time, a main thread that has left, and children forked before and after."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import EXIT, Target, buildPatchObject, buildTarget, call, check, livepatch, makePatch  # noqa: E402

target = buildTarget()
patch = makePatch("fix", buildPatchObject(), "J value newValue\nJ other newOther\n", [target])
for kind, cycles in (("m", 15), ("g", 3), ("mg", 5)):
    with Target(target, kind) as program:
        program.expect("f", "2 2 0", f"{kind}: before")
        for cycle in range(cycles):
            for words, answer in ((("apply", patch), "4 4 0"), (("revert", "fix"), "2 2 0")):
                code, text = call("livepatch", words[0], "--pid", program.pid, words[1], "--consistency", "stack")
                check(code == EXIT["done"], f"{kind}: {text}")
                program.expect("f", answer, f"{kind}: {words[0]} {cycle}")
        livepatch("list", "--pid", program.pid, "-v", says=["reverted"])
