#!/usr/bin/env python3
"""A thread sits deep below an old function. `stack` waits for it, gives up whole at the deadline and names thread and
function; the process is never held meanwhile. Once the thread has returned, the same patch goes in."""

import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import BIN, Target, buildPatchObject, buildTarget, check, livepatch, makePatch, waitUntil  # noqa: E402

target = buildTarget()
commands = "J handle newHandle\nJ value newValue\n"
patch = makePatch("fix", buildPatchObject(), commands, [target], uses=["deep"])
with Target(target) as program:
    waitUntil(lambda: program.ask("?") == "1 1", "the worker never came to wait")
    livepatch("check", "--pid", program.pid, patch, says=["handle", "the-worker"])
    maps = program.maps().count("\n")
    start = time.monotonic()
    livepatch("apply", "--pid", program.pid, patch, "--deadline", "500ms", "--stop-limit", "1s", code="busy",
              says=["handle", "the-worker", "as at each of", "frame"])
    check(0.2 < time.monotonic() - start < 10, "the deadline was not kept")
    program.expect("?", "1 1", "after giving up")
    check(program.maps().count("\n") <= maps + 1, "the patch's memory was not given back")  # one split for the stub's page

    # While it waits, the program answers at once; when the worker leaves, the patch goes in.
    waiting = subprocess.Popen([str(BIN / "livepatch"), "apply", "--pid", str(program.pid), str(patch), "--deadline", "20s"])
    for _ in range(20):
        asked = time.monotonic()
        program.expect("?", "1 1", "while livepatch waits")
        check(time.monotonic() - asked < 2, "the process was held")
        time.sleep(0.02)
    check(waiting.poll() is None, "it did not wait")
    program.ask("l")
    check(waiting.wait(timeout=30) == 0, "the patch did not go in although the thread came out")
    program.expect("e", "2 1", "with the patch")

    # The same the other way: a thread inside the new code (it calls the old `deep`) keeps the patch from going off.
    livepatch("revert", "--pid", program.pid, "fix", "--deadline", "500ms", "--stop-limit", "1s", code="busy", says=["handle", "the-worker"])
    program.expect("l", "2 0", "after giving up the revert")
    livepatch("revert", "--pid", program.pid, "fix")
    program.expect("e", "1 1", "after the revert")
