#!/usr/bin/env python3
"""`explain` reaches the verdict of `create`, with the same exit code, and writes nothing; with --json it can be parsed."""

import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_input import BIN, SOURCE, WORK, call, contents, failures, finish, freshWork, makeTrees  # noqa: E402

work = freshWork()
program = makeTrees(work)
CHANGES = {
    "new": (0, None),
    "same": (3, "/* A comment. */\n" + SOURCE),
    "unknown": (4, SOURCE.replace("return of + 1;", "int nobody(int);\n    return nobody(of);")),
}
for name, (code, text) in CHANGES.items():
    if text:
        (work / name).mkdir()
        (work / name / "main.c").write_text(text)
    before = contents(WORK)
    words = ["explain", "--target", program, "--source-root", work / "base", "--new-tree", work / name]
    done = call(BIN / "patchbuild", *words)
    if done.returncode != code or (code == 0 and "value" not in done.stdout):
        failures.append(name)
        print(f"FAIL {name}: exit code {done.returncode}, expected {code}\n{done.stdout}")
    done = call(BIN / "patchbuild", *words, "--json", stderr=subprocess.PIPE)
    try:
        json.loads(done.stdout)
    except ValueError as error:
        failures.append(name)
        print(f"FAIL {name}: --json does not print JSON: {error}\n{done.stdout}")
    if done.returncode != code or contents(WORK) != before:
        failures.append(name)
        print(f"FAIL {name}: with --json exit code {done.returncode}, or files were written")
finish()
