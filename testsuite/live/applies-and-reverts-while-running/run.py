#!/usr/bin/env python3
"""A function changes while the program runs, changes back, and again; the program's state goes on counting."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import Target, buildPatchObject, buildTarget, check, livepatch, makePatch  # noqa: E402

# A name of its own: `revert --all` reaches every process that has a patch of that name, those of other tests too.
NAME = "only-of-this-test"

target = buildTarget()
patch = makePatch(NAME, buildPatchObject(), "J value newValue\n", [target], uses=["calls"])
with Target(target) as program:
    program.expect("a", "3 1", "before")
    livepatch("check", "--pid", program.pid, patch, says=["would apply", "value"])
    program.expect("a", "3 2", "after check")
    livepatch("apply", "--pid", program.pid, "-v", patch, says=[f"{NAME} applied", "value", "one thread"])
    program.expect("a", "102 3", "after apply")
    livepatch("list", "--pid", program.pid, says=[NAME, "applied", "value"])
    livepatch("revert", "--pid", program.pid, NAME, says=["reverted"])
    program.expect("a", "3 4", "after revert")
    livepatch("list", "--pid", program.pid, says=[NAME, "reverted"])
    before = program.maps()
    livepatch("apply", "--pid", program.pid, "-v", patch, says=["applied again", "no thread was stopped"])
    program.expect("a", "102 5", "after the second apply")
    check(program.maps() == before, "applying again has changed the mappings")
    livepatch("revert", "--exe", target, NAME)
    program.expect("a", "3 6", "after the second revert")
    livepatch("apply", "--all", patch)
    program.expect("a", "102 7", "after apply --all")
    livepatch("apply", "--pid", program.pid, patch, "--consistency", "stack", code="already", says=[NAME])
    livepatch("revert", "--pid", program.pid, "other", code="refused", says=["other"])
    livepatch("revert", "--all", NAME, "--consistency", "stack", "-v", says=["threads were stopped"])
    livepatch("revert", "--pid", program.pid, NAME, code="already")
    program.expect("a", "3 8", "at the end")
