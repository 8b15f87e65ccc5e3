#!/usr/bin/env python3
"""C++ exceptions: thrown in the patch and caught in the target, thrown by the target through the patch, thrown and caught
inside the patch, with destructors on the way; and again with a second patch, and after everything is reverted."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import Target, buildPatchObject, buildTarget, livepatch, makePatch  # noqa: E402

target = buildTarget("target.cpp", flags=["-O0", "-rdynamic"])
patchObject = buildPatchObject("patch.cpp")
patch = makePatch("fix", patchObject, "J middle newMiddle\n", [target])
second = makePatch("second", patchObject, "J safe newSafe\n", [target])
with Target(target) as program:
    program.expect("ab", "4 3 2", "before")
    livepatch("apply", "--pid", program.pid, patch)
    program.expect("ab", "thrown by the patch 3 12", "thrown in the patch")
    program.expect("abc", "old 3 23", "thrown through the patch")
    livepatch("apply", "--pid", program.pid, second)
    program.expect("ab", "thrown by the patch 63 33", "with two patches")
    program.expect("abc", "old 63 44", "with two patches, through the first")
    livepatch("revert", "--pid", program.pid, "fix")
    program.expect("abc", "5 63 46", "the first one reverted")
    livepatch("revert", "--pid", program.pid, "second")
    program.expect("ab", "4 3 48", "both reverted")
    livepatch("apply", "--pid", program.pid, patch)
    program.expect("ab", "thrown by the patch 3 58", "applied again")
