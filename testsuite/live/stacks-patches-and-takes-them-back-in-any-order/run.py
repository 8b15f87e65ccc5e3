#!/usr/bin/env python3
"""Patches on top of each other: the newest applied one governs each function, whatever is taken back first."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import ANSWERS, Target, buildPatchObject, buildTarget, check, livepatch, makePatch  # noqa: E402

target = buildTarget(ANSWERS / "target.c")
patchObject = buildPatchObject(ANSWERS / "patch.c")
two = makePatch("two", patchObject, "J value value2\nV number 02000000 if=01000000\n", [target])
three = makePatch("three", patchObject, "J value value3\nJ other other3\nV number 03000000\n", [target])
for first, second, between in (("three", "two", "2 1 2"), ("two", "three", "3 3 3")):
    with Target(target) as program:
        program.expect("?", "1 1 1", "before")
        livepatch("apply", "--pid", program.pid, two)
        program.expect("?", "2 1 2", "with two")
        livepatch("apply", "--pid", program.pid, three)
        program.expect("?", "3 3 3", "with three on top")
        livepatch("list", "--pid", program.pid, says=["two", "three"])
        livepatch("revert", "--pid", program.pid, first)
        program.expect("?", between, f"{first} reverted")
        livepatch("revert", "--pid", program.pid, second)
        program.expect("?", "1 1 1", f"{second} reverted as well")
        for patch in (two, three):
            livepatch("apply", "--pid", program.pid, patch, says=["applied again"])
        program.expect("?", "3 3 3", "both again")

# A patch of the same name with other content: not while the first one is applied.
other = makePatch("same", patchObject, "J value value2\n", [target])
with Target(target) as program:
    livepatch("apply", "--pid", program.pid, other)
    rebuilt = makePatch("same", patchObject, "J value value3\n", [target])
    livepatch("apply", "--pid", program.pid, rebuilt, code="refused", says=["same", "other content", "revert"])
    program.expect("?", "2 1 1", "after the refusal")
    livepatch("revert", "--pid", program.pid, "same")
    livepatch("apply", "--pid", program.pid, rebuilt)
    program.expect("?", "3 1 1", "the rebuilt patch")
