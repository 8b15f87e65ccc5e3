#!/usr/bin/env python3
"""The judge of the tests that kill livepatch is worth something: a tool that works in the usual ways (save, set and restore
registers by ptrace, write entry after entry, stop the process by a signal) and is killed in the middle is noticed each time."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import WORK, check, symbols  # noqa: E402
from witness import ERRNO, ID, Unwell, Witness, buildTool, buildWitness, killedWhenItSaysNow  # noqa: E402

SPINNER, SLEEPER = 5, 1
RETURN_TWO = int.from_bytes(bytes([0xb8, 2, 0, 0, 0, 0xc3, 0x90, 0x90]), "little")  # mov $2, %eax; ret

target = buildWitness(["-no-pie"])
careless = buildTool("careless")
left = symbols(target)["left"][0]
# What the tool does, to which thread, and what the judge must say.
ways = [("call", SPINNER, left, 0, "it has ended: SIGSEGV"),
        ("call", SLEEPER, left, 0, "it has ended: SIGSEGV"),
        ("registers", SPINNER, 0, 0, "rbx is"),
        ("registers", SLEEPER, 0, 0, "rbx is"),
        ("vectors", SPINNER, 0, 0, "vector registers"),
        ("mask", SPINNER, 0, 0, "signal mask"),
        ("errno", SPINNER, None, 77 << 32 | 77, "errno is 77"),
        ("half", SPINNER, left, RETURN_TWO, "a mix of old and new"),
        ("stopped", SPINNER, 0, 0, "stand still")]
for way, thread, address, word, says in ways:
    with Witness(target, WORK / "board", patience=30) as witness:
        tid = witness.numbers(ID, 64)[thread]
        if address is None:
            address = witness.numbers(ERRNO, 64)[thread] & ~7
        witness.patience = 3 if way == "stopped" else 30
        try:
            # At some moments the thread does not need what is destroyed: most of the time it does.
            for _ in range(50):
                check(killedWhenItSaysNow([careless, way, witness.pid, tid, address, word]), f"{way}: it did not come so far")
                witness.settle(way)
            sys.exit(f"FAIL {way}: nobody noticed")
        except Unwell as unwell:
            print(unwell)
            check(says in str(unwell), f"{way}: noticed, but not for the reason: {unwell}")
