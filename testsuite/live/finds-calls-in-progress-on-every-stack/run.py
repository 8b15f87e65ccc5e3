#!/usr/bin/env python3
"""A call of an old function is in progress: mutually recursive, interrupted by a handler on another stack, made by such a
handler, or on a context's own stack that the thread runs on. Each is found and named; when it has ended, the patch goes in."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import Target, buildPatchObject, buildTarget, livepatch, makePatch  # noqa: E402

target = buildTarget()
commands = "J value newValue\nJ even newEven\nJ odd newOdd\nJ handle newHandle\n"
patch = makePatch("stacks", buildPatchObject(), commands, [target], uses=["even", "odd"])
for kind, function in (("recursion", "even"), ("handler", "handle"), ("calling-handler", "even"), ("ucontext", "even")):
    with Target(target, kind) as program:
        program.expect("?", "1 1", kind)
        livepatch("apply", "--pid", program.pid, patch, "--deadline", "500ms", "--stop-limit", "1s", code="busy", says=["the-worker", function])
        program.expect("?", "1 1", f"{kind}, after giving up")
        program.expect("l", "1 0", f"{kind}, when it has ended")
        livepatch("apply", "--pid", program.pid, patch, "--deadline", "30s")
        program.expect("?", "2 0", f"{kind}, with the patch")
