#!/usr/bin/env python3
"""--verify-fresh is a witness of its own: with a map whose fingerprints were made to agree with the new build, so that
patchbuild sees no change, each change of code or data is still found and named; and nothing else is."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_input import BIN, call, failures, finish, freshWork, must  # noqa: E402

BASE = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct pair { long first, second; char name[16]; };
int counter = 5;
const char *title = "old title";
static const int rows[] = {3, 1, 4, 1, 5, 9};
static long total;
__attribute__((noinline)) int number(int x) { return x * 17 + 4; }
__attribute__((noinline)) int other(int x) { return x * 17 + 5; }
__attribute__((noinline)) const char *text(void) { return "a text of some length"; }
__attribute__((noinline)) const char *tiny(void) { return "ab"; }
__attribute__((noinline)) int calls(int x) { return number(x) + 1; }
__attribute__((noinline)) long field(struct pair *p) { return p->first; }
__attribute__((noinline)) double real(double x) { return x * 1.5; }
__attribute__((noinline)) int row(int i) { return rows[i % 6]; }
__attribute__((noinline)) void adds(long x) { total += x; }
__attribute__((noinline)) int chooses(int x) {
    switch (x) {
    case 1: return number(1);
    case 2: return other(2);
    case 3: return puts("three");
    case 4: return rand();
    case 5: return number(x) ^ other(x);
    case 6: return calls(x);
    default: return 0;
    }
}
__attribute__((noinline)) const char *names(unsigned x) {
    switch (x) {
    case 0: return "zero";
    case 1: return "one of them";
    case 2: return "two of them";
    case 3: return "three of them";
    case 4: return "four of them";
    case 5: return "five of them";
    default: return "many";
    }
}
__attribute__((noinline)) int compares(const char *s) { return strcmp(s, "word") == 0; }
__attribute__((noinline)) int asserts(int x) { if (x > 5) { fprintf(stderr, "line %d\n", __LINE__); abort(); } return x; }
int main(int argc, char **argv) {
    struct pair p = {argc, 2, "n"};
    adds(field(&p));
    printf("%s %d %s %d %f %d %d %s %d %s %d %d %ld\n", tiny(), number(argc), text(), calls(2), real(2), row(argc), chooses(argc),
           names((unsigned)argc), compares(argv[0]), title, counter, asserts(argc), total);
    return 0;
}
"""
# What changes, and what has to be named for it.
EDITS = {
    "a number": ("x * 17 + 4", "x * 17 + 3", "number"),
    "a text of equal length": ("a text of some length", "a text of some lenght", "text"),
    "a text of another length": ("a text of some length", "a text", "text"),
    "a short text": ("\"ab\"", "\"cd\"", "tiny"),
    "a callee": ("return number(x) + 1", "return other(x) + 1", "calls"),
    "an offset": ("return p->first", "return p->second", "field"),
    "a real number": ("x * 1.5", "x * 2.5", "real"),
    "a row of a constant table": ("{3, 1, 4, 1,", "{3, 1, 4, 2,", "row"),
    "a row of a switch": ("case 4: return rand()", "case 4: return number(4)", "chooses"),
    "a text of a switch": ("three of them", "Three of them", "names"),
    "a library's function": ("strcmp(s", "strcoll(s", "compares"),
    "a variable's initial value": ("int counter = 5", "int counter = 6", "counter"),
    "a pointer's initial text": ("old title", "new title", "title"),
}
HARMLESS = {
    "nothing": ("", ""),
    "lines": ("struct pair {", "\n\n\nstruct pair {"),
    "a function that nobody needs": ("int counter = 5;", "int unneeded(int x) { return x + 1; }\nint counter = 5;"),
    "an unneeded text in front of others": ("int counter = 5;", "const char *more(void) { return \"aaa\"; }\nint counter = 5;"),
    "a new variable in front of others": ("int counter = 5;", "int unneeded[20] = {1, 2, 3};\nint counter = 5;"),
}


# What happens when something is thrown stands in tables; the code is the same.
THROWS = r"""
#include <cstdio>
#include <new>
#include <stdexcept>
__attribute__((noinline)) void fails(int x) { if (x > 1) throw std::out_of_range("x"); }
__attribute__((noinline)) int catches(int x) {
    try { fails(x); } catch (const std::out_of_range &) { return 1; }
    return 0;
}
int main(int argc, char **) { std::printf("%d\n", catches(argc)); return 0; }
"""


def build(tree, text, level):
    tree.mkdir(parents=True)
    cxx = "stdexcept" in text
    source = tree / ("main.cc" if cxx else "main.c")
    source.write_text(text)
    compiler = BIN / ("livepatch-clang++" if cxx else "livepatch-clang")
    must(compiler, *level.split(), "-w", source.name, "-o", "program", cwd=tree)
    return tree / "program"


def mapOf(program):
    return json.loads(must(BIN / "patchbuild", "map", program))


def deceive(base, fresh):
    """The base's map with the fresh build's fingerprints: now patchbuild can see no change."""
    new = {kind: {entry["name"]: entry for entry in fresh["units"][0].get(kind, [])} for kind in ("functions", "variables")}
    for kind, keys in (("functions", ("late", "early")), ("variables", ("content",))):
        for entry in base["units"][0].get(kind, []):
            for key in keys:
                if key in entry and key in new[kind].get(entry["name"], {}):
                    entry[key] = new[kind][entry["name"]][key]
    return base


def verify(work, before, after, level, lie):
    base, fresh = build(work / "base", before, level), build(work / "fresh", after, level)
    words = []
    if lie:
        (work / "lie.lpmap").write_text(json.dumps(deceive(mapOf(base), mapOf(fresh))))
        words = ["--map", work / "lie.lpmap"]
    done = call(BIN / "patchbuild", "create", "--json", "--target", base, "--source-root", work / "base", "--new-tree",
                work / "fresh", "--verify-fresh", fresh, "--name", "fix", "-o", work / "out", *words)
    return done.returncode, done.stdout


def check(place, name, base, new, level, thing):
    """A change that has to be found where patchbuild is deceived, and to be in the patch where it is not."""
    code, said = verify(place / "lie", base, new, level, lie=True)
    if code != 1 or f'"name": "{thing}"' not in said:
        failures.append(name)
        print(f"FAIL {level} {name}: exit code {code}, and \"{thing}\" is to be named\n{said}")
    if (place / "lie/out").exists():
        failures.append(name)
        print(f"FAIL {level} {name}: a patch was written")
    code, said = verify(place / "truth", base, new, level, lie=False)
    if code != 0:
        failures.append(name)
        print(f"FAIL {level} {name}: the patch holds it, and the comparison does not agree: {code}\n{said}")


work = freshWork()
for level in ("-O0 -fPIE -pie", "-O2 -fPIE -pie", "-O2 -fno-pie -no-pie"):
    for name, (old, new, thing) in EDITS.items():
        place = work / f"{level.replace(' ', '')}-{name.replace(' ', '-')}"
        assert old in BASE
        check(place, name, BASE, BASE.replace(old, new), level, thing)
    check(work / f"{level.replace(' ', '')}-type", "a caught type", THROWS, THROWS.replace("const std::out_of_range &)", "const std::bad_alloc &)"),
          level, "_Z7catchesi")
    for name, (old, new) in HARMLESS.items():
        place = work / f"{level.replace(' ', '')}-{name.replace(' ', '-')}"
        code, said = verify(place, BASE, BASE.replace(old, new, 1) if old else BASE, level, lie=False)
        if code != 3:
            failures.append(name)
            print(f"FAIL {level} {name}: exit code {code}\n{said}")
finish()
