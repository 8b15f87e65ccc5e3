#!/usr/bin/env python3
"""livepatch and pannus called wrongly: exit code 2 and the word that is wrong."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_input import BIN, EXIT, call, expectFailure, failures, finish, freshWork  # noqa: E402

work = freshWork()
usage = EXIT["usage"]
(work / "out").mkdir()
expectFailure("no subcommand", [], usage, [], tool="livepatch")
expectFailure("an unknown subcommand", ["aply"], usage, ["aply"], tool="livepatch")
expectFailure("no process", ["apply", "out"], usage, ["--pid"], tool="livepatch")
expectFailure("no patch", ["apply", "--pid", "1"], usage, [], tool="livepatch")
expectFailure("a pid that is no number", ["apply", "--pid", "redis", "out"], usage, ["redis"], tool="livepatch")
expectFailure("a pid below one", ["apply", "--pid", "-5", "out"], usage, [], tool="livepatch")
expectFailure("two ways to name processes", ["apply", "--pid", "1", "--all", "out"], usage, [], tool="livepatch")
expectFailure("an unknown consistency", ["apply", "--pid", "1", "--consistency", "some", "out"], usage, ["some"],
              tool="livepatch")
expectFailure("a deadline without a unit", ["apply", "--pid", "1", "--deadline", "soon", "out"], usage, ["soon"],
              tool="livepatch")
expectFailure("pannus without arguments", [], usage, [], tool="pannus")
expectFailure("pannus with three arguments", ["1", "patch.so", "mapfile"], usage, [], tool="pannus")
for tool, words in (("livepatch", ["--help"]), ("livepatch", ["--version"]), ("livepatch", ["apply", "--help"]),
                    ("livepatch", ["list", "--help"]), ("pannus", ["--help"]), ("pannus", ["--version"])):
    done = call(BIN / tool, *words)
    if done.returncode != 0 or not done.stdout.strip():
        failures.append(tool)
        print(f"FAIL {tool} {' '.join(words)}: exit code {done.returncode}\n{done.stdout}")
finish()
