#!/usr/bin/env python3
"""While patches go on and off: the target's parent hears of no stop; terminal, process group, session and signal masks stay; the
target's own children, made by fork, vfork, clone and posix_spawn, end as they should; real-time signals come in order, once."""

import os
import pathlib
import pty
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import EXIT, Target, buildPatchObject, buildTarget, call, check, makePatch, waitUntil  # noqa: E402

CYCLES = 300 if os.environ.get("LIVEPATCH_FULL") == "1" else 12
target = buildTarget()
patch = makePatch("unseen", buildPatchObject(), "J value newValue\nJ other newOther\nV number 02000000 if=01000000\n", [target])
terminal, end = pty.openpty()


def ownTerminal():
    os.setsid()
    os.close(os.open(os.ttyname(end), os.O_RDWR))  # the first one that a session's leader opens is its own


def standing(pid):
    """Process group, session, terminal and its foreground group; each thread's blocked, ignored and caught signals."""
    found = {"process": pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1:6]}
    for tid in os.listdir(f"/proc/{pid}/task"):
        lines = pathlib.Path(f"/proc/{pid}/task/{tid}/status").read_text().splitlines()
        found[tid] = [line for line in lines if line.startswith(("SigIgn", "SigCgt", "SigBlk", "TracerPid"))]
    return found


def atRest(pid):
    """The same in a moment in which no thread blocks more for a while than it always does: the one that makes children
    blocks all signals now and then, the receiver its own one in the handler. One blocks none, three block that one."""
    found = {}

    def isSo():
        found.update(standing(pid))
        masks = [line.split()[1] for lines in found.values() for line in lines if line.startswith("SigBlk")]
        return sorted(bin(int(mask, 16)).count("1") for mask in masks) == [0, 1, 1, 1]

    waitUntil(isSo, "the threads block other signals than they should", 30)
    return found


heard = []
with Target(target, preexec=ownTerminal) as program:
    program.ask()
    before = atRest(program.pid)
    signal.signal(signal.SIGCHLD, lambda *_: heard.append(os.waitid(
        os.P_PID, program.pid, os.WEXITED | os.WSTOPPED | os.WCONTINUED | os.WNOHANG | os.WNOWAIT)))
    for cycle in range(CYCLES):
        for words, sum_ in ((("apply", patch), "6"), (("revert", "unseen"), "3")):
            code, text = call("livepatch", words[0], "--pid", program.pid, words[1], "--consistency",
                              "stack" if cycle % 2 else "function")
            check(code == EXIT["done"], text)
            check(program.ask().split()[0] == sum_, f"{words[0]}, cycle {cycle}")
            seen = os.waitid(os.P_PID, program.pid, os.WEXITED | os.WSTOPPED | os.WCONTINUED | os.WNOHANG)
            check(seen is None, f"the parent sees {seen}")
    after = atRest(program.pid)
    check(before == after, f"it was {before}, is {after}")
    # Those of the tools are ours, too: what counts is whether one of them was about the target.
    check(not [event for event in heard if event is not None], f"the parent heard {heard}")
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    children = int(program.ask().split()[1])
    waitUntil(lambda: int(program.ask().split()[1]) > children + 8, "it makes no more children")
    _, children, wrongChildren, signals, wrongSignals = map(int, program.ask().split())
    print(f"{CYCLES} cycles, {children} children, {wrongChildren} wrong, {signals} signals, {wrongSignals} wrong")
    check(children > 20 and signals > 100, "too little was tried")
    check(wrongChildren == 0, "a child did not end as it should")
    check(wrongSignals == 0, "a signal was lost, doubled or out of order")
