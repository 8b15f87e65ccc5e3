#!/usr/bin/env python3
"""Two libraries of one process are patched one after the other, with statics of one name: either patch comes and goes
without the other's noticing."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import WORK, Target, buildLibrary, buildPatchObject, buildTarget, livepatch, makePatch  # noqa: E402

libraries = [buildLibrary("library.c", f"libpart{n}.so", ["-O1", f"-DNUMBER={n}", f"-Wl,-soname,libpart{n}.so"]) for n in (1, 2)]
target = buildTarget(flags=["-O1", f"-L{WORK}", "-lpart1", "-lpart2", f"-Wl,-rpath,{WORK}"], padding=False)
patchObject = buildPatchObject()
first, second = (makePatch(f"two-libs-{n}", patchObject, f"J value{n} newValue\n", [libraries[n - 1]], uses=["hidden"])
                 for n in (1, 2))
with Target(target) as program:
    program.expect("?", "1 2", "before")
    for patch, after in ((first, "101 2"), (second, "101 102")):
        livepatch("apply", "--pid", program.pid, patch)
        program.expect("?", after, f"{patch.name} applied")
    livepatch("revert", "--pid", program.pid, first.name)
    program.expect("?", "1 102", "the first one reverted")
    livepatch("apply", "--pid", program.pid, first)
    livepatch("revert", "--pid", program.pid, second.name)
    program.expect("?", "101 2", "the second one reverted")
    livepatch("revert", "--pid", program.pid, first.name)
    program.expect("?", "1 2", "both reverted")
