#!/usr/bin/env python3
"""One change, one patch: whatever the folders, TMPDIR, number of compiles at a time, umask, locale and time zone are."""

import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_input import BIN, call, finish, freshWork, must  # noqa: E402
from patches import check, environment  # noqa: E402

HEADER = "struct pair { int a, b; };\nint sum(const struct pair *p);\n__attribute__((noinline)) static int twice(int n) { return n * 2; }\n"
UNIT = """#include "pair.h"
#include <assert.h>
#include <stdio.h>
static int calls;
static int limit = 10;
int of_NAME(int n)
{
    static const char *const words[] = {"one", "two", "NAME"};
    static int last;
    assert(n < 100);
    last = n;
    printf("%s %d\\n", words[n % 3], ++calls);
    return twice(n) + last + limit++;
}
"""
MAIN = """#include "pair.h"
int of_a(int), of_b(int), of_c(int);
int sum(const struct pair *p) { return p->a + p->b; }
int main(int argc, char **argv) { (void)argv; struct pair p = {of_a(argc), of_b(argc)}; return sum(&p) + of_c(1); }
"""

work = freshWork()


def makeTree(folder, new):
    folder.mkdir(parents=True)
    (folder / "pair.h").write_text(HEADER.replace("n * 2", "n * 3") if new else HEADER)
    for name in "abc":
        text = UNIT.replace("NAME", name)
        if new:
            text = text.replace("limit = 10", "limit = 11").replace("static int calls;", "static int calls;\nint brought;").replace(
                "last = n;", "last = n;\n    brought += last;\n    fprintf(stderr, \"new \" __FILE__);").replace("int brought;", f"static int brought_{name};").replace(
                "brought +=", f"brought_{name} +=")
        (folder / f"{name}.c").write_text(text)
    (folder / "main.c").write_text(MAIN)


def build(folder, absolute=False):
    sources = [str(folder / s) if absolute else s for s in ("main.c", "a.c", "b.c", "c.c")]
    must(BIN / "livepatch-clang", "-O2", "-o", "program", *sources, cwd=folder)


makeTree(work / "base", False)
makeTree(work / "new", True)
build(work / "base")
must("git", "init", "-q", "-b", "main", work / "repository")
for tree in ("base", "new"):
    for source in (work / tree).glob("*.[ch]"):
        shutil.copy(source, work / "repository")
    must("git", "add", ".", cwd=work / "repository")
    must("git", "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", tree, cwd=work / "repository")


def create(out, root, new, *more, target=None, umask=0o022, cwd=None, **variables):
    before = os.umask(umask)
    saved = dict(os.environ)
    os.environ.update({name: str(value) for name, value in variables.items()})
    done = call(BIN / "patchbuild", "create", "--target", target or work / "base/program", "--source-root", root, "--new-tree",
                new, "--name", "fix", "-o", out, *more, cwd=cwd)
    os.environ.clear()
    os.environ.update(saved)
    os.umask(before)
    if done.returncode != 0:
        sys.exit(done.stdout)
    return {path.name: path.read_bytes() for path in pathlib.Path(cwd or ".", out).iterdir()}


first = create(work / "first", work / "base", work / "new")


def same(title, files):
    different = [name for name in first if files.get(name) != first[name]]
    check(title, not different and set(files) == set(first), f"{different} differ")


same("again", create(work / "again", work / "base", work / "new"))
same("one compile at a time", create(work / "jobs1", work / "base", work / "new", "-j", "1"))
same("eight at a time", create(work / "jobs8", work / "base", work / "new", "-j", "8"))
temporary = work / "another temporary folder, with a longer name"
temporary.mkdir()
same("another TMPDIR", create(work / "temporary", work / "base", work / "new", TMPDIR=temporary))
same("another umask", create(work / "umask", work / "base", work / "new", umask=0o077))
same("another time zone and language", create(work / "zone", work / "base", work / "new", TZ="Asia/Tokyo", LANG="C", LC_ALL="C",
                                              LANGUAGE="de"))
same("relative names", create("../relative", "../base", "../new", target="../base/program", cwd=work / "base"))
shutil.copytree(work / "new", work / "elsewhere" / "deep" / "fixed")
same("the new tree elsewhere", create(work / "new-elsewhere", work / "base", work / "elsewhere/deep/fixed"))
shutil.copytree(work / "base", work / "elsewhere" / "moved-base")
same("the old tree elsewhere", create(work / "base-elsewhere", work / "elsewhere/moved-base", work / "new"))
os.rename(work / "base", work / "gone")
same("the old tree was moved", create(work / "moved", work / "gone", work / "new", target=work / "gone/program"))
os.rename(work / "gone", work / "base")
os.utime(work / "new" / "a.c", (0, 0))
same("other times of files", create(work / "times", work / "base", work / "new"))

# The same program built in another folder: as long as the build itself does not put its folder into the program, the
# patches are the same, too.
makeTree(work / "second home of the program", False)
build(work / "second home of the program")
shutil.copytree(work / "new", work / "second new")
programs = [(work / folder / "program").read_bytes() for folder in ("base", "second home of the program")]
mapless = work / "mapless"
mapless.mkdir()
for number, folder in enumerate(("base", "second home of the program")):
    must("objcopy", "--remove-section=.debug_livepatch", "--remove-section=.note.gnu.build-id", work / folder / "program",
         mapless / str(number))
check("two builds of the program are the same but for their maps",
      (mapless / "0").read_bytes() == (mapless / "1").read_bytes())
second = create(work / "second out", work / "second home of the program", work / "second new",
                target=work / "second home of the program/program")
same("the object file of another home of the program", {**second, "fix.json": first["fix.json"]})
build_ids = [[line.split()[-1] for line in call("readelf", "-n", work / folder / "program").stdout.splitlines() if "Build ID" in line][0]
             for folder in ("base", "second home of the program")]
same("its manifest, but for the target's build-id",
     {**second, "fix.json": second["fix.json"].replace(build_ids[1].encode(), build_ids[0].encode())})

# With debug information, which names the folders of a build.
debugged = {}
for folder, fixed in (("base", "new"), ("second home of the program", "second new")):
    must(BIN / "livepatch-clang", "-O2", "-g", "-o", "debugged", "main.c", "a.c", "b.c", "c.c", cwd=work / folder)
    debugged[folder] = create(work / f"debugged {folder}", work / folder, work / fixed, target=work / folder / "debugged")
    check(f"there is debug information, {folder}",
          ".debug_info" in must("readelf", "-SW", work / f"debugged {folder}" / "fix.so"))
    check(f"it names no folder of this machine, {folder}",
          str(work) not in must("readelf", "--debug-dump=info,line", work / f"debugged {folder}" / "fix.so"))
check("with debug information, too, the home of the program is not seen",
      all(debugged["base"][name] == debugged["second home of the program"][name] for name in ("fix.so", "fix.cmd")))

for folder in (work, temporary):
    for name, content in first.items():
        check(f"{name} names no folder of this machine", str(folder).encode() not in content)
finish()
