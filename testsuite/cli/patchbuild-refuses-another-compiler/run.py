#!/usr/bin/env python3
"""The target was built by another version of the compiler, or one that is gone: exit code 5 and both named."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_input import BIN, expectFailure, finish, freshWork, makeTrees, must  # noqa: E402

work = freshWork()
program = makeTrees(work)
must(BIN / "patchbuild", "map", program, "-o", work / "program.lpmap")
original = (work / "program.lpmap").read_text()


def variant(name, change):
    content = json.loads(original)
    for unit in content["units"]:
        change(unit["compiler"])
    (work / name).write_text(json.dumps(content))
    return ["create", "--target", program, "--map", work / name, "--source-root", work / "base", "--new-tree", work / "new",
            "-o", work / "out"]


version = json.loads(original)["units"][0]["compiler"]["version"]
expectFailure("another version of the compiler", variant("older.lpmap", lambda c: c.update(version="13.0.1")), 5,
              ["13.0.1", version])
expectFailure("another format of the plugin", variant("plugin.lpmap", lambda c: c.update(plugin=99)), 5, ["99"])
expectFailure("a compiler that is gone", variant("gone.lpmap", lambda c: c.update(executable="/nowhere/bin/clang")), (1, 5),
              ["/nowhere/bin/clang"])
finish()
