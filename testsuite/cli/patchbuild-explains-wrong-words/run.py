#!/usr/bin/env python3
"""patchbuild called wrongly: exit code 2 and the word that is wrong, before anything is read or written."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_input import BIN, call, expectFailure, failures, finish, freshWork, makeTrees  # noqa: E402

work = freshWork()
program = makeTrees(work)
new = work / "new"
expectFailure("no subcommand", [], 2, [])
expectFailure("an unknown subcommand", ["crate"], 2, ["crate"])
expectFailure("an unknown option", ["create", "--target", program, "--new-tree", new, "-o", "out", "--nmae", "x"], 2,
              ["--nmae"])
expectFailure("no target", ["create", "--new-tree", new, "-o", "out"], 2, ["--target"])
expectFailure("no change", ["create", "--target", program, "-o", "out"], 2, ["--patch", "--new-tree", "--old-rev"])
expectFailure("two kinds of change", ["create", "--target", program, "--new-tree", new, "--patch", new / "main.c", "-o",
                                      "out"], 2, ["--patch", "--new-tree"])
expectFailure("only one revision", ["create", "--target", program, "--old-rev", "HEAD", "-o", "out"], 2, ["--new-rev"])
expectFailure("no output", ["create", "--target", program, "--new-tree", new], 2, ["-o"])
expectFailure("a name that is a path", ["create", "--target", program, "--new-tree", new, "--name", "../x", "-o", "out"],
              2, ["../x"])

for words in (["--help"], ["--version"], ["create", "--help"], ["explain", "--help"], ["map", "--help"],
              ["inspect", "--help"]):
    done = call(BIN / "patchbuild", *words)
    if done.returncode != 0 or not done.stdout.strip():
        failures.append(" ".join(words))
        print(f"FAIL patchbuild {' '.join(words)}: exit code {done.returncode}\n{done.stdout}")
finish()
