#!/usr/bin/env python3
"""A hand-written command file with a mistake: pannus names file, line and column, and the target stays as it is."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_input import BIN, EXIT, Target, expectFailure, failures, finish, freshWork, makeTrees, must  # noqa: E402

work = freshWork()
program = makeTrees(work)
(work / "patch.c").write_text("int newValue(int of)\n{\n    return of + 2;\n}\n")
must(BIN / "livepatch-clang", "-shared", "-fPIC", "-o", "patch.so", "patch.c", cwd=work)
must(BIN / "patchbuild", "map", program, "-o", work / "program.lpmap")
(work / "program.nm").write_text(must("nm", program))
MISTAKES = [
    # title, text, words
    ("an unknown letter", "# comment\n\nX value newValue\n", ["bad.cmd:3:1"]),
    ("a missing symbol", "J value\n", ["bad.cmd:1"]),
    ("hex with an odd length", "V value 123\n", ["bad.cmd:1:", "odd"]),
    ("hex with another letter", "V value 12g4\n", ["bad.cmd:1:"]),
    ("a word too many", "J value newValue again\n", ["bad.cmd:1:18", "again"]),
    ("a guard that is none", "P value newValue fi=0\n", ["bad.cmd:1:18"]),
    ("a target symbol that is unknown", "J nobody newValue\n", ["nobody"]),
    ("a patch symbol that is unknown", "J value nobody\n", ["nobody"]),
]
with Target(program) as target:
    for title, text, words in MISTAKES:
        (work / "bad.cmd").write_text(text)
        for mapfile in ("program.lpmap", "program.nm"):
            expectFailure(f"{title}, with {mapfile}", [target.pid, "patch.so", mapfile, "bad.cmd"],
                          (EXIT["failed"], EXIT["usage"], EXIT["refused"]), words, tool="pannus")
            target.isUntouched(title)
    (work / "good.cmd").write_text("# value\n\nJ value newValue # the fix\n")
    print(must(BIN / "pannus", target.pid, work / "patch.so", work / "program.nm", work / "good.cmd"))
    if target.ask("a") != "99":
        failures.append("good")
        print("FAIL the right command file has no effect")
finish()
