#!/usr/bin/env python3
"""Every thread is in malloc or holds a lock of the program's own allocator while patches with and without data come and go, with
every consistency: nobody comes to a halt. For nothing of the program's code, nor of its libraries', runs on behalf of livepatch:
in a second program all of it is made not executable meanwhile, so that a single instruction would end the process."""

import pathlib
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import EXIT, Target, buildPatchObject, buildTarget, call, check, livepatch, makePatch, waitUntil  # noqa: E402

CONSISTENCIES = ("stack", "function", "none")
GIVE_BACK = ("--give-back", "--longest-stop", "1s")
patchObject = buildPatchObject()


def toggled(program, verb, *words):
    code, text = call("livepatch", verb, "--pid", program.pid, *words, "--deadline", "60s")
    check(program.alive(), f"the program has died at {verb} {words}")
    check(code == EXIT["done"], f"{verb} {words}: {text}")


def allocators():
    target = buildTarget("allocators.c", "allocators", ["-O1", "-pthread"])
    jumps = "J roomFor newRoomFor\nJ mark newMark\n"
    code = makePatch("code", patchObject, jumps, [target])
    data = makePatch("data", patchObject, jumps + "V extra 0200000000000000 if=0100000000000000\n", [target])
    with Target(target, 8) as program:
        program.expect("?", "16 1 1 wrong=0", "before")
        for consistency in CONSISTENCIES:
            for patch, on, back in ((code, "32 2 1", ()), (data, "32 2 2", GIVE_BACK)):
                when = f"{patch.name}, {consistency}"
                toggled(program, "apply", patch, "--consistency", consistency)
                program.expect("?", f"{on} wrong=0", when)
                toggled(program, "revert", patch.name, "--consistency", consistency, *back)
                program.expect("?", "16 1 1 wrong=0", f"after {when}")
        # One takes the place of the other: the agent takes data back and writes others in one go.
        toggled(program, "apply", data)
        toggled(program, "apply", code, "--replace")
        program.expect("?", "32 2 1 wrong=0", "replaced")


def parked():
    target = buildTarget("parked.c", "parked", ["-O1", "-pthread"])
    jumps = "J value newValue\nJ other newOther\n"
    code = makePatch("code", patchObject, jumps, [target])
    data = makePatch("data", patchObject, jumps + "V number 0200000000000000 if=0100000000000000\n", [target])
    with Target(target, 4) as program:
        check(int(program.read()) >= 3, "it found less code than its own, libc's and the loader's")
        program.expect("?", "111", "before")
        for consistency in CONSISTENCIES:
            for patch, on in ((code, "221"), (data, "222")):
                for back in ((), GIVE_BACK):
                    toggled(program, "apply", patch, "--consistency", consistency)
                    program.expect("?", on, f"{patch.name}, {consistency}")
                    toggled(program, "revert", patch.name, "--consistency", consistency, *back)
                    program.expect("?", "111", f"after {patch.name}, {consistency}")
        toggled(program, "apply", data)
        toggled(program, "apply", code, "--replace")
        program.expect("?", "221", "replaced")
        livepatch("list", "--pid", program.pid, "-v", says=["code", "applied"])
        check(program.ask("") == "over", "the threads did not go on")
    # It would be noticed.
    with Target(target, 4) as program:
        program.read()
        program.process.stdin.write("x\n")
        program.process.stdin.flush()
        waitUntil(lambda: not program.alive(), "code that must not run can run")
        check(program.process.returncode == -signal.SIGSEGV, f"it ended with {program.process.returncode}")


allocators()
parked()
