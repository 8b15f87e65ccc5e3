#!/usr/bin/env python3
"""One command of many cannot be carried out: nothing at all is changed, and the message names that one."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import Target, buildPatchObject, buildTarget, check, livepatch, makePatch  # noqa: E402

target = buildTarget()
plain = buildTarget(output="plain", padding=False)
patchObject = buildPatchObject()
unresolved = buildPatchObject("unresolved.c", "unresolved.so", ["-O2"])
cases = [
    ("a function without padding", target, patchObject, "J padded newPadded\nV number 02000000\nJ bare newBare\n", ["bare"]),
    ("a target without any padding", plain, patchObject, "J padded newPadded\n", ["padded"]),
    ("a symbol that nobody defines", target, unresolved, "J padded newPadded\n", ["nowhere"]),
    ("data larger than the variable", target, patchObject, "J padded newPadded\nV number 0200000000000000\n", ["number"]),
    ("a new function that the patch lacks", target, patchObject, "J padded newNothing\n", ["newNothing"]),
]
for i, (title, program, patch, commands, words) in enumerate(cases):
    folder = makePatch(f"fix{i}", patch, commands, [program])
    with Target(program) as running:
        running.expect("?", "1 1 1", title)
        maps = running.maps()
        for verb in ("check", "apply"):
            livepatch(verb, "--pid", running.pid, folder, code="refused", says=words)
        running.expect("?", "1 1 1", f"{title}: after the refusal")
        check(running.maps() == maps, f"{title}: the mappings have changed")
