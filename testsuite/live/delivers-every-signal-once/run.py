#!/usr/bin/env python3
"""Signals arrive while patches go on and off with stops: each is handled exactly once, and those that come to a waiting thread
still wake it."""

import os
import signal
import threading
import time
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import EXIT, Target, buildPatchObject, buildTarget, call, check, makePatch, waitUntil  # noqa: E402

target = buildTarget()
patch = makePatch("fix", buildPatchObject(), "J value newValue\nJ other newOther\n", [target])
with Target(target) as program:
    program.ask()
    sent, stop = 0, threading.Event()

    def send():
        global sent
        while not stop.is_set():
            os.kill(program.pid, signal.SIGRTMIN)
            os.kill(program.pid, signal.SIGCHLD)  # ignored by default: nobody may notice it
            sent += 1
            time.sleep(0.003)

    sender = threading.Thread(target=send)
    sender.start()
    cycles, end = 0, time.monotonic() + 4
    while time.monotonic() < end:
        for words in (("apply", patch), ("revert", "fix")):
            code, text = call("livepatch", words[0], "--pid", program.pid, words[1], "--consistency", "stack")
            check(code == EXIT["done"], text)
        cycles += 1
    stop.set()
    sender.join()
    waitUntil(lambda: int(program.ask().split()[1]) >= sent, f"signals were lost: {sent} sent, {program.ask()}")
    value, handled, woken = program.ask().split()
    print(f"{cycles} cycles, {sent} signals sent, {handled} handled, {woken} wakes")
    check(int(handled) == sent, "a signal was handled twice")
    check(value == "2", "the old code does not run")
    check(int(woken) <= sent, "the waiting thread was woken without a signal")
