#!/usr/bin/env python3
"""Targets with seccomp: strict mode is refused; a filter is refused unless the user vouches for it, and a filter that then
forbids mmap gives a clear error. Memory that may never become executable (PR_SET_MDWE) is no obstacle."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import Target, buildPatchObject, buildTarget, check, livepatch, makePatch  # noqa: E402

target = buildTarget()
patch = makePatch("fix", buildPatchObject(), "J value newValue\n", [target])
with Target(target, "strict") as program:
    program.expect("?", "1", "strict")
    livepatch("apply", "--pid", program.pid, patch, code="refused", says=["strict"])
    livepatch("apply", "--pid", program.pid, patch, "--allow-seccomp", code="refused", says=["strict"])
    program.expect("?", "1", "strict, after the refusal")
with Target(target, "allowed") as program:
    program.expect("?", "1", "filter")
    livepatch("apply", "--pid", program.pid, patch, code="refused", says=["seccomp", "--allow-seccomp"])
    livepatch("apply", "--pid", program.pid, patch, "--allow-seccomp")
    program.expect("?", "2", "filter, after apply")
with Target(target, "denied") as program:
    program.expect("?", "1", "filter without mmap")
    maps = program.maps().count("\n")
    livepatch("apply", "--pid", program.pid, patch, "--allow-seccomp", code="refused", says=["seccomp", "mmap"])
    program.expect("?", "1", "filter without mmap, after the refusal")
    check(program.maps().count("\n") <= maps + 2, "something was mapped")
with Target(target, "mdwe") as program:
    if program.ask() != "1":
        print("skipped the rest: this kernel has no PR_SET_MDWE")
    else:
        livepatch("apply", "--pid", program.pid, patch)
        program.expect("?", "2", "mdwe, after apply")
