#!/usr/bin/env python3
"""With --compiler-cache the patch is the same bytes; and whatever decides a result makes the cache forget it."""

import os
import pathlib
import re
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_input import BIN, call, finish, freshWork, must  # noqa: E402
from patches import check  # noqa: E402

if not shutil.which("ccache"):
    sys.exit(77)

PLUGIN = "livepatch-clang-plugin.so"
UNIT = """#include "NAME.h"
#include <stdio.h>
#if __has_include("perhaps.h")
#define FOUND 1
#else
#define FOUND 0
#endif
static int calls;
int of_NAME(int n)
{
    printf("%d %d %s\\n", ++calls, FOUND, __FILE__);
    return n * FACTOR;
}
"""

work = freshWork()
os.environ["CCACHE_DIR"] = str(work / "cache")
for name in ("CCACHE_DISABLE", "CCACHE_NODIRECT", "CCACHE_RECACHE", "CCACHE_READONLY"):
    os.environ.pop(name, None)
base, new = work / "base", work / "new"
for tree in (base, new):
    tree.mkdir()
    (tree / "main.c").write_text("int of_a(int), of_b(int);\nint main(int n, char **v) { (void)v; return of_a(n) + of_b(n); }\n")
    for name in "ab":
        (tree / f"{name}.h").write_text("#define FACTOR 2\n")
        (tree / f"{name}.c").write_text(UNIT.replace("NAME", name))
must(BIN / "livepatch-clang", "-O2", "-g0", "-Wl,--build-id", "-o", "program", "main.c", "a.c", "b.c", cwd=base)
for name in "ab":
    (new / f"{name}.c").write_text(UNIT.replace("NAME", name).replace("n *", "1 + n *"))
runs = 0


def create(*more, cache="ccache"):
    """The patch's files, and how many units were found in, and put into, the cache."""
    global runs
    runs += 1
    done = call(BIN / "patchbuild", "create", "--target", base / "program", "--source-root", base, "--new-tree", new, "--name",
                "fix", "-v", "-o", work / f"out{runs}", "--compiler-cache", cache, *more)
    if done.returncode != 0:
        sys.exit(done.stdout)
    files = {path.name: path.read_bytes() for path in (work / f"out{runs}").iterdir()}
    return files, len(re.findall("found in the compiler cache", done.stdout)), len(re.findall("kept in the", done.stdout)), done.stdout


def expect(title, found, kept, *more, cache="ccache", like_plain=True):
    files, was_found, was_kept, said = create(*more, cache=cache)
    check(title, (was_found, was_kept) == (found, kept), f"{was_found} found, {was_kept} kept\n{said}")
    if like_plain:
        plain = create(*more, cache="none")
        check(title + ": the patch of a plain run", files == plain[0] and plain[1:3] == (0, 0))


expect("first run", 0, 2)
expect("again", 2, 0)
expect("the unchanged sources", 2, 2, "--verify-base")
expect("the unchanged sources again", 4, 0, "--verify-base")

(new / "a.h").write_text("#define FACTOR 3\n")
expect("a changed header", 1, 1)
(new / "a.h").write_text("#define FACTOR 2\n")
expect("the header as it was", 2, 0)
(new / "a.h").write_text("#define UNUSED 7\n#define FACTOR 2\n")
expect("a macro of which no code speaks", 1, 1)
(new / "a.h").write_text("#define STEP 2\n#define FACTOR STEP\n")
expect("another macro with the same expansion", 1, 1)
(new / "a.h").write_text("#define FACTOR   2\n")
expect("nothing but another column", 1, 1)
(new / "a.h").write_text("#define FACTOR 2\n")
(new / "perhaps.h").write_text("")
expect("a file that is only asked for", 0, 0)
(new / "perhaps.h").unlink()
expect("and that is gone again", 2, 0)
(new / "a.c").write_text((new / "a.c").read_text().replace("n * FACTOR;", 'n * FACTOR + __TIME__[7] * 0;'))
expect("a unit that asks for the time", 1, 0, like_plain=False)
(new / "a.c").write_text(UNIT.replace("NAME", "a").replace("n *", "1 + n *"))

# A file of the base tree that no overlay shows, and that is found in another place from now on.
(base / "deep").mkdir()
expect("before", 2, 0)
shutil.copy(base / "a.h", base / "deep/a.h")
expect("a file that nobody reads", 2, 0)

# Another plugin. Bytes behind the end of an ELF file change its content and nothing else.
libraries = BIN.parent / "lib/livepatch"
plugins = work / "plugins"
shutil.copytree(libraries, plugins)
expect("a copy of the plugin", 2, 0, "--plugin-dir", plugins)
with open(plugins / PLUGIN, "ab") as plugin:
    plugin.write(b"\0")
expect("another plugin", 0, 2, "--plugin-dir", plugins)

# What the user has set for his compiles is not for these.
os.environ.update({"CCACHE_SLOPPINESS": "file_macro,time_macros,include_file_mtime,system_headers,locale,pch_defines,ivfsoverlay",
                   "CCACHE_COMPILERCHECK": "none", "CCACHE_NOHASHDIR": "1", "CCACHE_BASEDIR": "/", "CCACHE_DEPEND": "1",
                   "CCACHE_PREFIX": "false"})
create()
expect("careless settings", 2, 0)
(new / "a.h").write_text("#define FACTOR 5\n")
expect("careless settings, a changed header", 1, 1)
(new / "a.h").write_text("#define FACTOR 2\n")
for name in ("CCACHE_SLOPPINESS", "CCACHE_COMPILERCHECK", "CCACHE_NOHASHDIR", "CCACHE_BASEDIR", "CCACHE_DEPEND", "CCACHE_PREFIX"):
    del os.environ[name]

# A "ccache" that gives the same answer to every question is found out.
liar = work / "liar"
liar.mkdir()
(liar / "ccache").write_text(f"""#!/bin/sh
kept='{work}/kept.o'
[ -f "$kept" ] || {shutil.which("ccache")} "$@" || exit 1
[ -f "$kept" ] || cp result.o "$kept"
cp "$kept" result.o
""")
(liar / "ccache").chmod(0o755)
path = os.environ["PATH"]
os.environ["PATH"] = f"{liar}:{path}"
files, found, kept, said = create("-j", "1")
check("a stale answer is not taken", found + kept == 1 and "of other inputs" in said, said)
check("nor does it come into the patch", files == create(cache="none")[0])
(liar / "ccache").write_text("#!/bin/sh\nexit 3\n")
expect("a broken ccache costs nothing but time", 0, 0)
os.environ["PATH"] = path

# auto: as the target's build did.
expect("a build without a cache", 0, 0, cache="auto")
(base / "CMakeCache.txt").write_text("CMAKE_C_COMPILER_LAUNCHER:STRING=ccache\n")
expect("a build with the cache as CMake's launcher", 2, 0, cache="auto")
(base / "CMakeCache.txt").unlink()
(base / "Makefile").write_text("CC = ccache livepatch-clang\n")
expect("a build with the cache in a makefile", 2, 0, cache="auto")
os.environ["CCACHE_DISABLE"] = "1"
expect("a user who has switched it off", 0, 0, cache="auto")
os.environ["PATH"] = str(BIN)
done = call(BIN / "patchbuild", "explain", "--target", base / "program", "--new-tree", new, "--compiler-cache", "ccache")
check("no ccache at all", done.returncode == 2 and "no ccache in PATH" in done.stdout, done.stdout)
finish()
