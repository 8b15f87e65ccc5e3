#!/usr/bin/env python3
"""Functions that three threads call at full speed are toggled again and again: no crash, no wrong result. Their entries lie at
the borders of words, cache lines and pages. A toggle is one of these four, and each kind is counted for itself:

  commands  a run of livepatch, revert or apply; each second revert gives the memory back, so the next apply maps, fills
            and arms anew
  calls     a call of the library behind it, in one process: looks at the target anew, verifies, switches by the flag
  switches  the switching alone, in one session of the library
  entries   the store into the entry itself, NOP to jump or back, at each of the functions

Some thousands in all; with LIVEPATCH_FULL=1 1,000 commands, 200,000 calls, 1,000,000 switches and 1,000,000 of each entry."""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from borders import ACCEPTED, Counts, build, checkFunctions, patchOf  # noqa: E402
from harness import EXIT, Target, call, check, livepatch, revertAndGiveBack  # noqa: E402

full = os.environ.get("LIVEPATCH_FULL") == "1"
COUNTS = {"entries": 1000000, "switches": 1000000, "calls": 200000, "commands": 1000}
QUICK = {"entries": 20000, "switches": 20000, "calls": 200, "commands": 20}
PROBE = pathlib.Path(os.environ["LIVEPATCH_PROBES"]) / "probe_toggle"

target = build()
patch = patchOf(target, ACCEPTED)


def toggleByCommands(program, toggles):
    for i in range(toggles // 2):
        back = ["--give-back", "--longest-stop", "1s"] if i % 2 else []
        for words in (["revert", "borders-fix", *back], ["apply", patch]):
            code, text = call("livepatch", words[0], "--quiet", "--pid", program.pid, *words[1:], "--consistency", "function")
            check(code == EXIT["done"], f"toggle {i}: {text}")


with Target(target, "3") as program:
    checkFunctions(program, [], "before")
    livepatch("apply", "--pid", program.pid, patch, "--consistency", "function")
    for kind, toggles in (COUNTS if full else QUICK).items():
        before = Counts(program)
        said = f"toggles {toggles}"
        if kind == "commands":
            toggleByCommands(program, toggles)
        else:
            done = subprocess.run([PROBE, str(program.pid), patch, kind, str(toggles)], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, check=False)
            said = done.stdout.strip()
            check(done.returncode == 0, said)
        check(program.alive(), f"the program has died at {kind}")
        print(f"{kind}: {said}: {Counts(program).checkSince(before)}, 0 wrong", flush=True)
        checkFunctions(program, ACCEPTED, f"after {kind}")
    revertAndGiveBack(program, "borders-fix")
    checkFunctions(program, [], "at the end")
