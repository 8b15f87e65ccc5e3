#!/usr/bin/env python3
"""A patch for another build of the same program is refused with both build-ids, and the process is left as it was."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import Target, buildId, buildPatchObject, buildTarget, check, livepatch, makePatch  # noqa: E402

one = buildTarget(output="one", flags=["-O0", "-DVALUE=1"])
two = buildTarget(output="two", flags=["-O0", "-DVALUE=2"])
patch = makePatch("fix", buildPatchObject(), "J value newValue\n", [one])
with Target(two) as program:
    program.expect("?", "2", "before")
    maps = program.maps()
    for verb in ("check", "apply"):
        livepatch(verb, "--pid", program.pid, patch, code="refused", says=[buildId(one), buildId(two), "build"])
    program.expect("?", "2", "after the refusal")
    check(program.maps() == maps, "the mappings have changed")
