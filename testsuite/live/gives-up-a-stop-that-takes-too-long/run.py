#!/usr/bin/env python3
"""A thread's stack is so deep that to look at it takes longer than the threads may stand: everybody goes on each time, and at the
deadline the answer says so. With time enough for one stop the same patch goes in."""

import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import Target, buildPatchObject, buildTarget, check, livepatch, makePatch  # noqa: E402

target = buildTarget()
patch = makePatch("deep", buildPatchObject(), "J value newValue\n", [target])


def longestStop(program):
    """Milliseconds of the last of many attempts."""
    said = livepatch("apply", "--pid", program.pid, patch, "--consistency", "stack", "--stop-limit", "1ms", "--deadline", "2s",
                     code="busy", says=["all went on"])
    return int(re.search(r"within (\d+) ms", said).group(1))


with Target(target) as program:
    program.ask()
    livepatch("check", "--pid", program.pid, patch)
    before = program.maps()
    begin = time.monotonic()
    livepatch("apply", "--pid", program.pid, patch, "--consistency", "stack", "--stop-limit", "1ms", "--deadline", "300ms",
              code="busy", says=["all went on", "--stop-limit"])
    check(time.monotonic() - begin >= 0.3, "it gave up before its deadline")
    program.expect("?", "1", "after giving up")
    # The limit that was given is not raised, as the one that is used without it; on a busy machine one stop may be longer.
    check(any(longestStop(program) < 100 for _ in range(10)), "the limit is not kept")
    check(program.maps() == before, "the patch was not taken back")
    livepatch("apply", "--pid", program.pid, patch, "--consistency", "stack", "--stop-limit", "60s", "--deadline", "60s")
    program.expect("?", "2", "with the patch")
