#!/usr/bin/env python3
"""Headers that come, go, shadow one another, are asked for, generated, or reached through links: the units concerned are
found without compiling the others, and those whose code does not differ drop out."""

import json
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_input import BIN, Target, call, finish, freshWork, must, write  # noqa: E402
from patches import check  # noqa: E402

work = freshWork()
MAIN = """#include <stdio.h>
int a(void), b(void), c(void);
int main(void)
{
    char line[64];
    while (fgets(line, sizeof line, stdin)) {
        printf("%d %d %d\\n", a(), b(), c());
        fflush(stdout);
    }
    return 0;
}
"""
UNIT = "{include}__attribute__((noinline)) int {name}(void) {{ return {value}; }}\n"


def units(**includes):
    files = {"main.c": MAIN}
    for name in "abc":
        include, value = includes.get(name, ("", "1"))
        files[f"{name}.c"] = UNIT.format(include=include, name=name, value=value)
    return files


def case(title, old, new, flags, functions, compiled, answers, removed=(), revisions=False, prepare=None):
    """`compiled`: the units that are compiled anew, no more and no less."""
    place = work / title.replace(" ", "-")
    base, tree, out = place / "base", place / "new", place / "out"
    write(base, old)
    if prepare:
        prepare(base)
    must(BIN / "livepatch-clang", "-O2", *flags, "-o", "program", "main.c", "a.c", "b.c", "c.c", cwd=base)
    words = ["create", "--target", base / "program", "--source-root", base, "--name", "fix", "-o", out, "--json"]
    if revisions:
        must("git", "init", "-q", "-b", "main", cwd=base)
        (base / ".gitignore").write_text("program\n")
        must("git", "add", ".", cwd=base)
        must("git", "commit", "-q", "-m", "old", cwd=base)
        shutil.copytree(base, tree)
        write(tree, new)
        for name in removed:
            (tree / name).unlink()
        must("git", "add", "-A", ".", cwd=tree)
        must("git", "commit", "-q", "-m", "new", cwd=tree)
        must("git", "fetch", "-q", tree, "main:fixed", cwd=base)
        words += ["--old-rev", "main", "--new-rev", "fixed"]
    else:
        shutil.copytree(base, tree, symlinks=True)
        write(tree, new)
        words += ["--new-tree", tree]
    done = call(BIN / "patchbuild", *words)
    if done.returncode != (0 if functions else 3):
        return check(title, False, f"exit code {done.returncode}\n{done.stdout}")
    report = json.loads(done.stdout[done.stdout.index("{"):])
    got = sorted(report["units"])
    if got != sorted(compiled):
        return check(title, False, f"compiled {got}\n{done.stdout}")
    if not functions:
        return check(title, True)
    names = sorted(f["name"] for f in json.loads((out / "fix.json").read_text())["functions"])
    if names != sorted(functions):
        return check(title, False, f"functions {names}")
    with Target(base / "program") as target:
        call(BIN / "livepatch", "apply", "--pid", target.pid, out)
        answer = target.ask("?")
    check(title, answer == answers, answer)


for name in ("AUTHOR", "COMMITTER"):
    os.environ[f"GIT_{name}_NAME"], os.environ[f"GIT_{name}_EMAIL"] = "A", "a@example.com"

h = '#include "h.h"\n'
case("a macro that one of two users uses", {"h.h": "#define ONE 1\n#define TWO 2\n", **units(a=(h, "ONE"), b=(h, "TWO"))},
     {"h.h": "#define ONE 1\n#define TWO 22\n"}, [], ["b"], ["a.c", "b.c"], "1 22 1")
case("through another header", {"h.h": '#include "deep/i.h"\n', "deep/i.h": "#define I 1\n", **units(a=(h, "I"), c=(h, "2"))},
     {"deep/i.h": "#define I 5\n"}, [], ["a"], ["a.c", "c.c"], "5 1 2")
case("a new header shadows one behind it", {"second/s.h": "#define S 1\n", "first/other.h": "", **units(a=("#include <s.h>\n", "S"))},
     {"first/s.h": "#define S 7\n"}, ["-Ifirst", "-Isecond"], ["a"], ["a.c"], "7 1 1")
case("a new header beside the source shadows", {"second/s.h": "#define S 1\n", **units(a=('#include "s.h"\n', "S"))},
     {"s.h": "#define S 8\n"}, ["-Isecond"], ["a"], ["a.c"], "8 1 1")
asks = '#if __has_include("maybe.h")\n#define M 9\n#else\n#define M 1\n#endif\n'
case("a header that is only asked for", units(a=(asks, "M")), {"maybe.h": ""}, [], ["a"], ["a.c"], "9 1 1")
case("asked for in a header", {"h.h": asks, **units(b=(h, "M"))}, {"maybe.h": ""}, [], ["b"], ["b.c"], "1 9 1")
case("a header goes, and was asked for", {"maybe.h": "", **units(a=(asks, "M"))}, {}, [], ["a"], ["a.c"], "1 1 1",
     removed=["maybe.h"], revisions=True)
case("a header goes, and another one is found", {"first/s.h": "#define S 1\n", "second/s.h": "#define S 6\n",
                                                 **units(c=("#include <s.h>\n", "S"))}, {},
     ["-Ifirst", "-Isecond"], ["c"], ["c.c"], "1 1 6", removed=["first/s.h"], revisions=True)
case("a list that is included", {"list.inc": "1,\n2,\n", **units(b=("static const int list[] = {\n#include \"list.inc\"\n};\n", "list[1]"))},
     {"list.inc": "1,\n3,\n"}, [], ["b"], ["b.c"], "1 3 1")
case("a source that is included", {"part.c": "static int part(void) { return 1; }\n", **units(a=('#include "part.c"\n', "part()"))},
     {"part.c": "static int part(void) { return 4; }\n"}, [], ["a"], ["a.c"], "4 1 1")
case("a folder named with -isystem", {"third/t.h": "#define T 1\n", **units(a=("#include <t.h>\n", "T"))}, {"third/t.h": "#define T 3\n"},
     ["-isystem", "third"], ["a"], ["a.c"], "3 1 1")
case("a header that every unit is given", {"all.h": "#define ALL 1\n", **units(a=("", "ALL"))}, {"all.h": "#define ALL 2\n"},
     ["-include", "all.h"], ["a"], ["a.c", "b.c", "c.c", "main.c"], "2 1 1")
case("a header that nobody reads", {"unread.h": "", **units()}, {"unread.h": "#define X\n"}, [], [], [], "")
case("a comment in a header", {"h.h": "#define ONE 1\n", **units(a=(h, "ONE"))}, {"h.h": "/* new\n * lines */\n#define ONE 1\n"}, [], [],
     ["a.c"], "")


def link(base):
    (base / "include").mkdir()
    (base / "include/h.h").symlink_to("../real/h.h")
    (base / "folder").symlink_to("real")


case("through a link to the header", {"real/h.h": "#define H 1\n", **units(a=("#include <h.h>\n", "H"))}, {"real/h.h": "#define H 2\n"},
     ["-Iinclude"], ["a"], ["a.c"], "2 1 1", prepare=link)
case("through a link to its folder", {"real/h.h": "#define H 1\n", **units(b=('#include "folder/h.h"\n', "H"))},
     {"real/h.h": "#define H 2\n"}, [], ["b"], ["b.c"], "1 2 1", prepare=link)
# Generated headers lie in the build folder; a new tree that was never built has none of them.
case("a generated header stays", {"h.h": '#include "gen/config.h"\n#define ONE GENERATED\n', **units(a=(h, "ONE"))},
     {"h.h": '#include "gen/config.h"\n#define ONE (GENERATED + 1)\n'}, [], ["a"], ["a.c"], "42 1 1",
     prepare=lambda base: write(base, {"gen/config.h": "#define GENERATED 41\n"}))
finish()
