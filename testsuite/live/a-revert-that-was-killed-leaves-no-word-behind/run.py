#!/usr/bin/env python3
"""Two patches have written the same variable. A revert of the older one that is killed while it waits has told the newer one's data
what to expect; after that the newer one goes, memory and all, and then the older one: the variable has its first value again."""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import BIN, Target, buildPatchObject, buildTarget, livepatch, makePatch, waitUntil  # noqa: E402

target = buildTarget(flags=["-pthread"])
library = buildPatchObject()
older = makePatch("older", library, "J parked newParked\nV number 02000000 if=01000000\n", [target])
newer = makePatch("newer", library, "J other newOther\nV number 03000000 if=02000000\n", [target])


def attempts(tool):
    """How many ptrace stops it has made so far: it waits in the pauses between them."""
    return int(pathlib.Path(f"/proc/{tool.pid}/status").read_text().split("voluntary_ctxt_switches:")[1].split()[0])


with Target(target) as program:
    program.expect("?", "1 10", "before")
    livepatch("apply", "--pid", program.pid, older)
    livepatch("apply", "--pid", program.pid, newer)
    program.expect("p", "3 300", "with both, and a thread inside of the older one's function")
    tool = subprocess.Popen([str(BIN / "livepatch"), "revert", "--pid", str(program.pid), "older", "--deadline", "120s"])
    waitUntil(lambda: attempts(tool) > 40, "the revert does not wait")
    tool.kill()
    tool.wait()
    program.expect("g", "3 300", "after the revert was killed")
    livepatch("revert", "--pid", program.pid, "newer", "--give-back", says=["given back"])
    program.expect("?", "2 20", "without the newer one")
    livepatch("revert", "--pid", program.pid, "older")
    program.expect("?", "1 10", "as it was")
