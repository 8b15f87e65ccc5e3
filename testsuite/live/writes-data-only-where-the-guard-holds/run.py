#!/usr/bin/env python3
"""V and P: written where the live value is the expected one, left and named where it is not; taken back by revert, but not
over a value that the program has set since. All in one step with the functions."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import Target, buildPatchObject, buildTarget, check, livepatch, makePatch  # noqa: E402

target = buildTarget()
commands = f"""J value newValue
V limit 14000000 if=0a000000
V touched 14000000 if=0a000000
V greeting {b'hi'.hex()}00 if={b'hel'.hex()}
V table+0x8 09000000 if=03000000
P unit newUnit if=0
P operation timesTen if=&plus
"""
patch = makePatch("fix", buildPatchObject(), commands, [target], uses=["plus"])
with Target(target, "11") as program:
    program.expect("?", "10 11 hello - 2 1234", "before")
    livepatch("check", "--pid", program.pid, patch)
    program.expect("?", "10 11 hello - 2 1234", "after check")
    livepatch("apply", "--pid", program.pid, patch, says=["touched was left", "limit written"])
    program.expect("?", "-1 11 hi ms 10 1294", "after apply")
    program.expect("g", "-1 11 changed ms 10 1294", "the program writes too")
    livepatch("revert", "--pid", program.pid, "fix", says=["greeting keeps its value"])
    program.expect("?", "10 11 changed - 2 1234", "after revert")
    livepatch("apply", "--pid", program.pid, patch, says=["greeting was left"])
    program.expect("?", "-1 11 changed ms 10 1294", "after the second apply")
    livepatch("revert", "--pid", program.pid, "fix", "--consistency", "function")
    program.expect("?", "10 11 changed - 2 1234", "after the second revert")
with Target(target, "10") as program:
    livepatch("apply", "--pid", program.pid, patch, "--consistency", "function")
    text = program.ask()
    check(text == "-1 20 hi ms 10 1294", f"without a stop: {text}")
