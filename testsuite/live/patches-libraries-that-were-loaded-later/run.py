#!/usr/bin/env python3
"""Libraries that a running program has loaded with dlopen, for themselves alone: a patch for one of two with the same names
in both reaches that one's thread-local variables, in threads old and new, and that one's own dependency."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import WORK, Target, buildLibrary, buildPatchObject, buildTarget, livepatch, makePatch  # noqa: E402

libraries = []
for which in (1, 2):
    define = f"-DWHICH={which}"
    buildLibrary("dependency.c", f"libdependency{which}.so", ["-O2", define, f"-Wl,-soname,libdependency{which}.so"])
    libraries.append(buildLibrary("library.c", f"libpart{which}.so",
                                  ["-O1", define, f"-Wl,-soname,libpart{which}.so", f"-L{WORK}", f"-ldependency{which}",
                                   f"-Wl,-rpath,{WORK}"]))
target = buildTarget(flags=["-O1", "-pthread"])
patch = makePatch("late", buildPatchObject(), "J value newValue\n", [libraries[1]], uses=["perThread", "hiddenPerThread"])
with Target(target, *libraries) as program:
    program.expect("?", "20301 30501 30402 40602", "before")
    livepatch("apply", "--pid", program.pid, patch)
    program.expect("?", "30501 50901 132452 244652", "after apply, only in the second library")
    livepatch("revert", "--pid", program.pid, "late")
    program.expect("?", "40701 71301 142602 265002", "after revert")

# Whoever compiles a patch as if the variable lay at one place in all threads is told so, and nothing is changed.
fixed = makePatch("fixed", buildPatchObject(output="fixed.so", flags=["-O2", "-ftls-model=initial-exec"]),
                  "J value newValue\n", [libraries[1]], uses=["perThread", "hiddenPerThread"])
with Target(target, *libraries) as program:
    program.ask()
    livepatch("apply", "--pid", program.pid, fixed, code="refused", says=["perThread", "-fPIC"])
    program.expect("?", "30501 50901 40602 61002", "after the refusal")
