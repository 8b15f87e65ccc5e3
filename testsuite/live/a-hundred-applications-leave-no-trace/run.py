#!/usr/bin/env python3
"""A hundred times applied and reverted: mappings, descriptors and memory of the process stay what they were after the first."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import ANSWERS, EXIT, Target, buildPatchObject, buildTarget, call, check, makePatch  # noqa: E402

target = buildTarget(ANSWERS / "target.c")
patch = makePatch("fix", buildPatchObject(ANSWERS / "patch.c"), "J value value3\nJ other other3\nV number 03000000 if=01000000\n", [target])


def memory(pid):
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1])


with Target(target) as program:
    program.ask()
    descriptors = sorted(os.listdir(f"/proc/{program.pid}/fd"))
    maps = pages = None
    for cycle in range(100):
        for words, answer in ((("apply", patch), "3 3 3"), (("revert", "fix"), "1 1 1")):
            code, text = call("livepatch", words[0], "--quiet", "--pid", program.pid, words[1])
            check(code == EXIT["done"], text)
            program.expect("?", answer, f"cycle {cycle}")
        if cycle == 0:
            maps, pages = program.maps(), memory(program.pid)
    check(program.maps() == maps, f"the mappings have changed:\n{maps}\n{program.maps()}")
    check(sorted(os.listdir(f"/proc/{program.pid}/fd")) == descriptors, "descriptors have changed")
    check(memory(program.pid) <= pages + 4, "the process has grown")
