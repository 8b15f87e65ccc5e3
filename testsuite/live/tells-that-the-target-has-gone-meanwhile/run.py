#!/usr/bin/env python3
"""The target exits, is killed, or calls execve while a patch is being applied: livepatch says that it is gone (or refuses the
program that it became), and never ends in any other way."""

import pathlib
import random
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import BIN, EXIT, Target, buildPatchObject, buildTarget, check, makePatch  # noqa: E402

target = buildTarget()
patch = makePatch("fix", buildPatchObject(), "J value newValue\nJ other newOther\nV number 02000000 if=01000000\n", [target])
random.seed(time.time_ns())
seen = {}
start = time.monotonic()
for trial in range(200):
    if time.monotonic() - start > 8:
        break
    way = random.choice("qekr")
    with Target(target) as program:
        program.expect("?", "1 1 1", "before")
        tool = subprocess.Popen([str(BIN / "livepatch"), "apply", "--pid", str(program.pid), str(patch)],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        time.sleep(random.random() * 0.03)
        if way == "k":
            program.process.kill()
        else:
            program.process.stdin.write(way + "\n")
            program.process.stdin.flush()
        said = tool.communicate(timeout=30)[0]
        seen[way, tool.returncode] = seen.get((way, tool.returncode), 0) + 1
        allowed = (EXIT["done"], EXIT["gone"]) + ((EXIT["refused"],) if way in "er" else ())
        check(tool.returncode in allowed, f"trial {trial}, way {way}: exit code {tool.returncode}: {said}")
        if way == "r":
            check(program.read() == "again", "the program did not begin anew")
            got = program.ask()
            check(got in ("1 1 1", "2 2 2"), f"a mix after execve: {got}")
print(seen)
