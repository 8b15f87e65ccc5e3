#!/usr/bin/env python3
"""backtrace() and _Unwind_Backtrace below a patched function, and in a signal handler on top of it, reach main with one
frame more for each function of the patch; and again when the patch is off."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import Target, buildPatchObject, buildTarget, check, livepatch, makePatch  # noqa: E402

target = buildTarget(flags=["-O1", "-rdynamic", "-fomit-frame-pointer"])
patchObject = buildPatchObject(flags=["-O2", "-fomit-frame-pointer"])
patch = makePatch("fix", patchObject, "J middle newMiddle\n", [target])
with Target(target) as program:
    before = [int(n) for n in program.ask().split()]
    check(before[0] == 2 and min(before[1:]) > 0, f"before: {before}")
    for _ in range(2):
        livepatch("apply", "--pid", program.pid, patch)
        got = [int(n) for n in program.ask().split()]
        check(got == [25, *(n + 1 for n in before[1:])], f"after apply: {got}, before: {before}")
        livepatch("revert", "--pid", program.pid, "fix")
        program.expect("?", " ".join(map(str, before)), "after revert")
