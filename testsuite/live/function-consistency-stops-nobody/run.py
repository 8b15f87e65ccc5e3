#!/usr/bin/env python3
"""With --consistency function a patch goes in at once although a thread is inside: that call ends in the old code, and
`list -v` tells who still runs it."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import Target, buildPatchObject, buildTarget, check, livepatch, makePatch, waitUntil  # noqa: E402

target = buildTarget()
patch = makePatch("fix", buildPatchObject(), "J handle newHandle\nJ value newValue\n", [target], uses=["deep"])
with Target(target) as program:
    waitUntil(lambda: program.ask("?") == "1 1", "the worker never came to wait")
    text = livepatch("apply", "--pid", program.pid, patch, "--consistency", "function", "-v", says=["one thread"])
    check("threads were stopped" not in text, "with consistency function threads were stopped")
    program.expect("?", "2 1", "after apply")
    livepatch("list", "--pid", program.pid, "-v", says=["the-worker", "handle", "own"])
    program.expect("l", "2 0", "when the worker has left")
    text = livepatch("list", "--pid", program.pid, "-v")
    check("the-worker" not in text, "the worker has left the old code, list still names it")
