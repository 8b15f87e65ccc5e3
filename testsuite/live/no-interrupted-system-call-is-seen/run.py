#!/usr/bin/env python3
"""Threads are blocked in every kind of system call that a stop could end or shorten, while patches come and go: no call ends with
EINTR that no signal has caused, none before its time, none with less than the whole of what it was asked for, and each signal
comes once. With stops (`stack`) all rows at once; without (`function`) each row in a process of its own, because there one
sleeping thread is borrowed, and that has to be the one in question. Nor does a sleep begin again with its whole
length."""

import concurrent.futures
import os
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import EXIT, HERE, WORK, Target, buildPatchObject, buildTarget, call, check, makePatch  # noqa: E402

FULL = os.environ.get("LIVEPATCH_FULL") == "1"
MINE = ("timed_calls.c", "socket_calls.c", "woken_calls.c", "ring_calls.c")
target = buildTarget(flags=["-O0", "-pthread", "-Wno-unused-result", *(HERE / name for name in MINE), "-lrt", "-lutil"])
# With data, so that each switch runs remote code on a thread and is not done with one byte from outside.
patch = makePatch("fix-calls", buildPatchObject(), "J value newValue\nJ other newOther\nV number 02000000 if=01000000\n", [target])
sleeper = buildTarget("sleeper.c", "sleeper")
sleeperPatch = makePatch("fix-sleeper", WORK / "patch.so",
                         "J value newValue\nJ other newOther\nV number 02000000 if=01000000\n", [sleeper])


def rows(program):
    found = {}
    for row in program.ask("rows").split(";")[:-1]:
        name, ended, wrong, tooShort, signals, what = row.split(" ", 5)
        found[name] = (int(ended), int(wrong), int(tooShort), int(signals), what)
    return found


def toggle(program, consistency):
    for words, answer in ((("apply", patch), "6"), (("revert", "fix-calls"), "3")):
        code, text = call("livepatch", words[0], "--pid", program.pid, words[1], "--consistency", consistency, "--deadline", "60s")
        check(code == EXIT["done"], text)
        program.expect("?", answer, f"{consistency}, {words[0]}")


def complaints(found, consistency):
    return [f"{consistency}, {name}: {wrong} wrong, {tooShort} too short ({what})" for name, (_, wrong, tooShort, _, what) in found.items()
            if wrong or tooShort]


def run(cycles, consistency, *words):
    with Target(target, *words) as program:
        limit = time.monotonic() + 100
        done, found = 0, rows(program)
        # Between the cycles there is time for calls to end that begin again with their whole time after each stop.
        while done < cycles or min(row[0] for row in found.values()) < 3:
            if time.monotonic() > limit:
                unended = [name for name, row in found.items() if row[0] < 3]
                check(not unended, f"these calls do not end: {unended}")
                break  # the machine is too busy for more cycles
            toggle(program, consistency)
            done += 1
            time.sleep(random.random() * (0.09 if done % 4 else 0.2))
            found = rows(program)
        bad = complaints(found, consistency)
        for _ in range(200):  # signals sent and taken: equal at some moment between two of them
            lost = [f"{name}: {row[3]} signals more sent than taken, or less" for name, row in rows(program).items() if row[3]]
            if not lost:
                break
            time.sleep(0.005)
        print(f"{consistency} {' '.join(words)}: {done} cycles, {sum(row[0] for row in found.values())} calls")
        program.ask("quit")  # in order, so that it removes what would outlive it
        program.process.wait()
        return found, bad + lost


def oversleeps(kind):
    """By how many milliseconds, after some switches through the very thread that sleeps."""
    def turn():
        for words in (("apply", sleeperPatch), ("revert", "fix-sleeper")):
            code, text = call("livepatch", words[0], "--pid", program.pid, words[1], "--consistency", "function")
            check(code == EXIT["done"], text)

    with Target(sleeper, kind) as program:
        program.expect("?", "3", "before")
        turn()  # its memory is there now: the switch is the first that the sleeping thread is used for
        program.expect("sleep", "3", "it sleeps")
        time.sleep(1.8)  # so much it would sleep once more
        begin, cycles = time.monotonic(), 0
        while time.monotonic() < begin + 0.8:
            turn()
            cycles += 1
        late = int(program.ask("wake"))
        print(f"{kind}: {cycles} cycles, {late} ms late")
        return [f"{kind}: woke {late} ms late"] if late > 1000 else []


seen, bad = run(400 if FULL else 15, "stack")
with concurrent.futures.ThreadPoolExecutor(8) as together:
    for _, found in together.map(lambda name: run(20 if FULL else 2, "function", name), seen):
        bad += found
    for late in together.map(oversleeps, ("nanosleep", "poll", "futex")):
        bad += late
check(not bad, "seen by the program:\n  " + "\n  ".join(bad))
