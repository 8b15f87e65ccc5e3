#!/usr/bin/env python3
"""One patch for an executable and a library that lie far from each other; with static and thread-local variables of both
and functions that the C library chooses at run time."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import WORK, Target, buildLibrary, buildPatchObject, buildTarget, livepatch, makePatch  # noqa: E402

library = buildLibrary("library.c", "libpart.so", ["-O0", "-Wl,-soname,libpart.so"])
patchObject = buildPatchObject(flags=["-O2", "-fno-builtin"])
both = "J value newValue\nJ libraryValue newLibraryValue\nJ libraryThread newLibraryThread\n"
for kind, flags in (("pie", []), ("no-pie", ["-no-pie"])):
    target = buildTarget(output=kind, flags=["-O0", "-pthread", *flags, f"-L{WORK}", "-lpart", f"-Wl,-rpath,{WORK}"])
    patch = makePatch(f"both-{kind}", patchObject, both, [target, library], uses=["hidden", "own"])
    with Target(target) as program:
        program.expect("?", "3 7 5 30050", f"{kind}: before")
        livepatch("apply", "--pid", program.pid, patch)
        program.expect("?", "103 607 205 130250", f"{kind}: after apply")
        livepatch("revert", "--pid", program.pid, f"both-{kind}")
        program.expect("?", "3 7 5 30050", f"{kind}: after revert")
