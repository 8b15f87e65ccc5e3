#!/usr/bin/env python3
"""Sources that the target was not built from: the wrong old revision, an edited tree, generated files made anew. Noticed
without --verify-base, by the hashes in the map; what differs but compiles to the same code is no reason to refuse."""

import json
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_input import BIN, call, finish, freshWork, must, write  # noqa: E402
from patches import check  # noqa: E402

work = freshWork()
base = work / "base"
FIRST = {
    "main.c": "int a(int), b(int);\nint main(int n, char **v) { return a(n) + b(n); }\n",
    "a.c": '#include "h.h"\n#include "gen.h"\nint a(int x) { return x + A; }\nint c(void) { return GEN; }\n',
    "b.c": '#include "h.h"\nint b(int x) { return x * B; }\n',
    "h.h": "#define A 1\n#define B 2\n",
    ".gitignore": "gen\nprogram\n",
}
GENERATED = "#define GEN 7\n"


def commit(message):
    must("git", "add", "-A", cwd=base)
    must("git", "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-m", message, cwd=base)


write(base, {**FIRST, "gen/gen.h": GENERATED})
must("git", "init", "-q", "-b", "main", cwd=base)
commit("first")
must(BIN / "livepatch-clang", "-O2", "-fno-inline", "-Igen", "-o", "program", "main.c", "a.c", "b.c", cwd=base)
write(base, {"h.h": FIRST["h.h"].replace("B 2", "B 3")})
commit("second")
write(base, {"a.c": FIRST["a.c"].replace("x + A", "x - A")})
commit("third")


def explain(*words):
    done = call(BIN / "patchbuild", "explain", "--target", base / "program", "--json", *words,
                stderr=subprocess.DEVNULL)
    return done.returncode, json.loads(done.stdout)


def expectPatch(title, functions, *words, note=None):
    code, report = explain(*words)
    found = sorted(f["name"] for f in report.get("functions", []))
    check(title, code == 0 and found == functions, report)
    noted = [text for text in report.get("notes", []) if "not as the target was built from" in text]
    check(f"{title}: what is passed over is said", (len(noted) == 1 and note in noted[0]) if note else not noted, report)


def expectMismatch(title, *said, words):
    code, report = explain(*words)
    message = report.get("message", "")
    check(title, code == 5 and all(part in message for part in said) and report.get("hint"), report)


right = ("--old-rev", "HEAD~2", "--new-rev", "HEAD")
expectPatch("the right revisions", ["a", "b"], *right)
expectMismatch("the wrong old revision", "b.c", "h.h", words=("--old-rev", "HEAD~1", "--new-rev", "HEAD"))

said = call(BIN / "patchbuild", "explain", "--target", base / "program", "-v", *right).stdout
check("equal hashes cost no compile", "other texts" not in said and "compiled a.c" in said, said)

write(base, {"gen/gen.h": "#define GEN 8\n"})
expectMismatch("another generated header", "a.c", "gen/gen.h", words=right)
write(base, {"gen/gen.h": "/* made anew */\n" + GENERATED})
expectPatch("a generated header with another comment", ["a", "b"], *right)
said = call(BIN / "patchbuild", "explain", "--target", base / "program", "-v", *right).stdout
check("another hash is looked into", "other texts than the target was built from: gen/gen.h" in said, said)
write(base, {"gen/gen.h": GENERATED})

must("git", "checkout", "-q", "HEAD~2", cwd=base)
fix = work / "fix.patch"
fix.write_text("--- a/a.c\n+++ b/a.c\n@@ -3 +3 @@\n-int a(int x) { return x + A; }\n+int a(int x) { return x - A; }\n")
expectPatch("a patch", ["a"], "--patch", fix)
write(base, {"a.c": FIRST["a.c"].replace("GEN; }", "GEN + 1; }")})
expectMismatch("a patch on a file that was edited since", "function c", "a.c", words=("--patch", fix))
write(base, {"a.c": FIRST["a.c"].replace("GEN; }", "GEN; } // seven")})
expectPatch("a patch on a file with another comment", ["a"], "--patch", fix)
write(base, {"a.c": FIRST["a.c"], "b.c": FIRST["b.c"].replace("x * B", "x / B")})
expectPatch("a patch beside a file that was edited since", ["a"], "--patch", fix, note="b.c")

tree = work / "new"
shutil.copytree(base, tree, ignore=shutil.ignore_patterns(".git", "gen", "program"))
write(tree, {"a.c": FIRST["a.c"].replace("x + A", "x - A")})
expectMismatch("a second tree that shares an edit with the first", "function b", "b.c", words=("--new-tree", tree))
write(base, {"b.c": FIRST["b.c"]})
expectPatch("a second tree", ["a", "b"], "--new-tree", tree)
finish()
