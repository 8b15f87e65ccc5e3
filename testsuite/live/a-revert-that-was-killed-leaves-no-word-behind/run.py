#!/usr/bin/env python3
"""Two patches have written the same variable. A revert of the older one that is killed while it waits has told the newer one's data
what to expect; after that the newer one goes, memory and all, and then the older one, or a cumulative patch takes its
place: the variable has its first value again."""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import BIN, Target, buildPatchObject, buildTarget, livepatch, makePatch, waitUntil  # noqa: E402

target = buildTarget(flags=["-pthread"])
library = buildPatchObject()
older = makePatch("older", library, "J parked newParked\nV number 02000000 if=01000000\n", [target], ["inside"])
newer = makePatch("newer", library, "J other newOther\nV number 03000000 if=02000000\n", [target], ["inside"])
cumulative = makePatch("all", library, "J value newValue\nV number 04000000 if=01000000\n", [target], ["inside"])


def attempts(tool):
    """How many ptrace stops it has made so far: it waits in the pauses between them."""
    return int(pathlib.Path(f"/proc/{tool.pid}/status").read_text().split("voluntary_ctxt_switches:")[1].split()[0])


def leaveWord(program):
    program.expect("?", "1 10", "before")
    livepatch("apply", "--pid", program.pid, older)
    livepatch("apply", "--pid", program.pid, newer)
    program.expect("p", "3 300", "with both, and a thread inside of the older one's function")
    tool = subprocess.Popen([str(BIN / "livepatch"), "revert", "--pid", str(program.pid), "older", "--deadline", "120s"])
    waitUntil(lambda: attempts(tool) > 40, "the revert does not wait", 60)
    tool.kill()
    tool.wait()
    program.expect("g", "3 300", "after the revert was killed")
    livepatch("revert", "--pid", program.pid, "newer", "--give-back", says=["given back"])
    program.expect("?", "2 20", "without the newer one")


with Target(target) as program:
    leaveWord(program)
    livepatch("revert", "--pid", program.pid, "older")
    program.expect("?", "1 10", "as it was")

with Target(target) as program:
    leaveWord(program)
    livepatch("apply", "--pid", program.pid, "--replace", cumulative, says=["in place of older", "number written"])
    program.expect("?", "4000 40", "with the cumulative one")
    livepatch("revert", "--pid", program.pid, "all")
    program.expect("?", "1 10", "as it was")
