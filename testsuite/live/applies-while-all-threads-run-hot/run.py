#!/usr/bin/env python3
"""All threads call the patched functions at full speed while the patch goes on and off: no crash, and no call that sees one
function old and the other new."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import EXIT, Target, buildPatchObject, buildTarget, call, check, livepatch, makePatch  # noqa: E402

target = buildTarget()
# `pair` is in the patch as well, so `stack` lets nobody be between its two calls.
patchObject = buildPatchObject()
patch = makePatch("fix", patchObject, "J first newFirst\nJ second newSecond\nJ pair newPair\n", [target],
                  uses=["first", "second"])
with Target(target, "3") as program:
    livepatch("apply", "--pid", program.pid, patch, "--consistency", "stack", "-v")
    toggles = 1
    for _ in range(30):
        for words in (("revert", "fix"), ("apply", patch)):
            code, text = call("livepatch", words[0], "--pid", program.pid, words[1], "--consistency", "stack")
            check(code == EXIT["done"], f"toggle {toggles}: {text}")
            toggles += 1
    rounds, new, wrong = map(int, program.ask().split())
    print(f"{toggles} toggles, {rounds} rounds, {new} of them new, {wrong} wrong")
    check(wrong == 0, "rounds saw a mix of old and new")
    check(0 < new < rounds, "the patch never worked, or always")
    maps = program.maps()
    for _ in range(10):
        livepatch("revert", "--pid", program.pid, "fix")
        livepatch("apply", "--pid", program.pid, patch)
    check(program.maps() == maps, "applying again and again changes the mappings")
