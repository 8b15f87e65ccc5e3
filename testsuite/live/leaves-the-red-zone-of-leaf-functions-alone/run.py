#!/usr/bin/env python3
"""A leaf function keeps its variables below the stack pointer, where nothing but the psABI protects them: borrowed, stopped,
running the agent or going through a stub, no thread loses a word of them. With one thread, which then has to be borrowed, and
with four."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import EXIT, Target, buildPatchObject, buildTarget, call, check, makePatch, must, revertAndGiveBack  # noqa: E402

target = buildTarget(flags=["-O1", "-fno-unroll-loops", "-pthread"])
patchObject = buildPatchObject(flags=["-O1", "-fno-unroll-loops"])
for elf, function in ((target, "zone"), (patchObject, "newZone")):
    code = must("objdump", "-d", "--no-show-raw-insn", f"--disassemble={function}", elf)
    check(re.search(r"-0x[0-9a-f]+\(%rsp", code) and not re.search(r"sub .*%rsp|\b(push|call)\b", code),
          f"{function} does not use its red zone:\n{code}")

data = "V number 0200000000000000 if=0100000000000000\n"
leaf = makePatch("leaf", patchObject, "J zone newZone\n", [target])
leafAndData = makePatch("leaf-and-data", patchObject, "J zone newZone\nJ other newOther\n" + data, [target])
# Somebody is always inside of zone(), so a patch that waits until nobody is changes another function.
aside = makePatch("aside", patchObject, "J other newOther\n" + data, [target])

for threads in (1, 4):
    with Target(target, threads) as program:
        for patch, consistencies, on in ((leaf, ("function", "none"), "2 1 1"), (leafAndData, ("function", "none"), "2 2 2"),
                                         (aside, ("stack", "function", "none"), "1 2 2")):
            for consistency in consistencies:
                for cycle in range(2):
                    for words, answer in ((("apply", patch), on), (("revert", patch.name), "1 1 1")):
                        code, text = call("livepatch", words[0], "--pid", program.pid, words[1], "--consistency", consistency,
                                          "--deadline", "60s")
                        check(code == EXIT["done"], f"{patch.name}, {consistency}: {text}")
                        program.expect("?", f"{answer} damaged=0", f"{threads} threads, {words[0]} {patch.name}, {consistency}")
            revertAndGiveBack(program, patch.name)
            program.expect("?", "1 1 1 damaged=0", f"{threads} threads, {patch.name} given back")
