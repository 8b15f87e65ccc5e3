#!/usr/bin/env python3
"""Missing, truncated, foreign and unsuitable files: each has its message and exit code, and no file changes."""

import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_input import BIN, SOURCE, expectFailure, finish, freshWork, makeTrees, must  # noqa: E402

AARCH64 = 183  # EM_AARCH64, elf.h
E_MACHINE_AT = 18
UNUSABLE = 2  # the file that the user names is not of the kind that is asked for

work = freshWork()
program = makeTrees(work)
base, new = work / "base", work / "new"
out = work / "out"


def create(target, *change):
    return ["create", "--target", target, "--source-root", base, *change, "-o", out]


# --- the target
expectFailure("a target that is not there", create(base / "missing", "--new-tree", new), 1, ["missing", "No such file"])
expectFailure("a directory as target", create(base, "--new-tree", new), UNUSABLE, [str(base)])
expectFailure("a text file as target", create(base / "main.c", "--new-tree", new), 1, ["main.c", "ELF"])
(work / "empty").write_bytes(b"")
expectFailure("an empty target", create(work / "empty", "--new-tree", new), 1, ["empty"])

whole = program.read_bytes()
for part in (20, 63, 200, len(whole) // 2, len(whole) - 100):
    cut = work / f"cut-{part}"
    cut.write_bytes(whole[:part])
    expectFailure(f"a target truncated to {part} bytes", create(cut, "--new-tree", new), 1, [cut.name])

foreign = bytearray(whole)
foreign[E_MACHINE_AT:E_MACHINE_AT + 2] = AARCH64.to_bytes(2, "little")
(work / "foreign").write_bytes(foreign)
expectFailure("a target of another architecture", create(work / "foreign", "--new-tree", new), (1, 5), ["foreign"])

(work / "plain.c").write_text(SOURCE)
must("cc", "-O2", "-o", "plain", "plain.c", cwd=work)
expectFailure("a target that was not built patchable", create(work / "plain", "--new-tree", new), 4,
              ["plain", "livepatch-clang"])
shutil.copy(program, work / "stripped")
must("strip", work / "stripped")
expectFailure("a stripped target", create(work / "stripped", "--new-tree", new), (1, 5), ["stripped", "--map"])

# --- the map
must(BIN / "patchbuild", "map", program, "-o", work / "program.lpmap")
(work / "other").mkdir()
(work / "other" / "main.c").write_text(SOURCE.replace("64", "65"))
must(BIN / "livepatch-clang", "-O2", "-o", "program", "main.c", cwd=work / "other")
expectFailure("the map of another build", create(work / "other" / "program", "--new-tree", new, "--map",
                                                 work / "program.lpmap"), 5, ["build-id", "program.lpmap"])
text = (work / "program.lpmap").read_text()
(work / "cut.lpmap").write_text(text[:len(text) // 2])
expectFailure("a truncated map", create(program, "--new-tree", new, "--map", work / "cut.lpmap"), 1, ["cut.lpmap"])
(work / "later.lpmap").write_text(text.replace('"livepatch-map":1', '"livepatch-map":9').replace('"livepatch-map": 1',
                                                                                              '"livepatch-map": 9'))
expectFailure("a map of a later format", create(program, "--new-tree", new, "--map", work / "later.lpmap"), (1, 5),
              ["later.lpmap", "9"])

# --- the change
expectFailure("a new tree that is not there", create(program, "--new-tree", work / "nowhere"), UNUSABLE, ["nowhere"])
expectFailure("a patch that is not there", create(program, "--patch", work / "no.patch"), 1, ["no.patch"])
(work / "empty.patch").write_text("")
expectFailure("an empty patch", create(program, "--patch", work / "empty.patch"), UNUSABLE, ["empty.patch"])
(work / "words.patch").write_text("This is not a patch.\n")
expectFailure("a patch that is none", create(program, "--patch", work / "words.patch"), UNUSABLE, ["words.patch"])
(work / "other.patch").write_text("""--- a/main.c
+++ b/main.c
@@ -3,5 +3,5 @@
 int worth(int of)
 {
-    return of - 7;
+    return of - 8;
 }
 
""")
expectFailure("a patch that does not apply", create(program, "--patch", work / "other.patch"), (1, 5),
              ["other.patch", "main.c"])
(work / "escape.patch").write_text("""--- a/../../outside.c
+++ b/../../outside.c
@@ -0,0 +1 @@
+int outside;
""")
expectFailure("a patch that leaves the tree", create(program, "--patch", work / "escape.patch"), UNUSABLE, ["outside.c"])
(work / "broken").mkdir()
(work / "broken" / "main.c").write_text(SOURCE.replace("return of + 1;", "return of +;"))
expectFailure("a new source that does not compile", create(program, "--new-tree", work / "broken"), 1,
              ["main.c", "expected expression"])
expectFailure("a revision that does not exist", create(program, "--old-rev", "nothing", "--new-rev", "HEAD"), UNUSABLE,
              [])

# --- the rest
expectFailure("sources that are gone", ["create", "--target", program, "--source-root", work / "gone", "--new-tree", new,
                                        "-o", out], UNUSABLE, ["gone"])
(work / "file").write_text("in the way\n")
expectFailure("an output that is a file", ["create", "--target", program, "--source-root", base, "--new-tree", new, "-o",
                                           work / "file"], UNUSABLE, [str(work / "file")])
expectFailure("inspect of nothing", ["inspect", work / "nowhere"], 1, ["nowhere"])
expectFailure("the map of a text file", ["map", base / "main.c"], 1, ["main.c"])
finish()
