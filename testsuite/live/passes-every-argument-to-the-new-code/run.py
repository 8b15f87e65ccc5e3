#!/usr/bin/env python3
"""Ten integer and ten double arguments, structures by value and as results, variadic, 80-bit and 128-bit ones go
unchanged through a redirected entry, and through the stub that leads back to the old code."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import Target, buildPatchObject, buildTarget, livepatch, makePatch  # noqa: E402

commands = "J many newMany\nJ large newLarge\nJ variadic newVariadic\nJ wide newWide\n"
patchObject = buildPatchObject()
for kind, flags in (("low", ["-O0"]), ("high", ["-O2"])):
    target = buildTarget(output=kind, flags=flags)
    patch = makePatch(f"fix-{kind}", patchObject, commands, [target])
    old = "0 1 6 1.18059e+21"
    with Target(target) as program:
        program.expect("?", old, f"{kind}: before")
        livepatch("apply", "--pid", program.pid, patch)
        program.expect("?", "385385 438 913.5 4.25", f"{kind}: after apply")
        livepatch("revert", "--pid", program.pid, f"fix-{kind}")
        program.expect("?", old, f"{kind}: after revert")
