#!/usr/bin/env python3
"""A change of a template, of a generator's data or of a build description is read by no compile: the report names the
file instead of saying that nothing has changed; prose and other programs' sources are not named."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_input import BIN, call, finish, freshWork, must, write  # noqa: E402
from patches import check  # noqa: E402

work = freshWork()
base = work / "base"
FILES = {
    "main.c": '#include "config.h"\n#include "table.inc"\nint main(void) { return LIMIT + rows[0]; }\n',
    "config.h.in": "#define LIMIT @LIMIT@\n",
    "table.txt": "1\n",
    "CMakeLists.txt": "add_executable(program main.c)\n",
    "README.md": "text\n",
    "tool/tool.c": "int main(void) { return 1; }\n",
}
write(base, FILES)
made = work / "made"
write(made, {"config.h": "#define LIMIT 10\n", "table.inc": "static const int rows[] = {1};\n"})
must(BIN / "livepatch-clang", "-O2", f"-I{made}", "-o", "program", "main.c", cwd=base)


def report(name, changed, *words):
    """Changes these files (name -> text) in a second tree."""
    tree = work / name
    write(tree, {**FILES, **changed})
    return call(BIN / "patchbuild", "explain", "--target", base / "program", "--source-root", base, "--new-tree", tree,
                *words)


def unread(name, changed, **expected):
    done = report(name, changed, "--json")
    expected = {"build-descriptions": [], "generator-inputs": [], "others": [], **expected}
    found = json.loads(done.stdout)["unread"] if done.returncode == 3 else done.stdout
    check(f"a changed {name} is in the report for programs", found == expected, found)


unread("template", {"config.h.in": "#define LIMIT 20\n"}, **{"generator-inputs": ["config.h.in"]})
unread("data", {"table.txt": "2\n"}, **{"generator-inputs": ["table.txt"]})
unread("description", {"CMakeLists.txt": "# nothing\n"}, **{"build-descriptions": ["CMakeLists.txt"]})
unread("text", {"README.md": "more text\n", "tool/tool.c": "int main(void) { return 2; }\n"})

words = report("words", {"config.h.in": "#define LIMIT 20\n", "CMakeLists.txt": "# nothing\n"}).stdout
for part in ("no compile reads config.h.in", "CMakeLists.txt changed",
             "no functional change in what the target's compiles read"):
    check(f"the report says: {part}", part in words, words)
words = report("silence", {"README.md": "more text\n"}).stdout
check("prose is passed over in silence", words == "no functional change: nothing to patch\n", words)
finish()
