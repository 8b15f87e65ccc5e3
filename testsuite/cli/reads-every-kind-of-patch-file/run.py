#!/usr/bin/env python3
"""Patch files as git, diff, quilt, mail and DOS write them say the same as the new tree, or have a clear message."""

import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_input import BIN, SOURCE, call, finish, freshWork, must, write  # noqa: E402
from patches import check  # noqa: E402

work = freshWork()
for name in ("AUTHOR", "COMMITTER"):
    os.environ[f"GIT_{name}_NAME"], os.environ[f"GIT_{name}_EMAIL"] = "A", "a@example.com"

HEADER = "#define STEP 1\nstatic inline int stepped(int n) { return n + STEP; }\n"
OLD = '#include "inc/step.h"\n' + SOURCE.replace("of + 1", "stepped(of)")
NEW = OLD.replace("stepped(of)", "stepped(of) * 2")
base, new = work / "base", work / "new"


write(base, {"src/main.c": OLD, "src/inc/step.h": HEADER, "src/with blank.h": "/* blank */\n", "data.bin": bytes(range(256)),
             "notes.txt": "old\n", "run.sh": "echo\n"})
must(BIN / "livepatch-clang", "-O2", "-o", "program", "src/main.c", cwd=base)
(base / ".gitignore").write_text("program\n")
must("git", "init", "-q", "-b", "main", cwd=base)
must("git", "add", ".", cwd=base)
must("git", "commit", "-q", "-m", "old", cwd=base)


def outcome(words):
    out = work / "out"
    shutil.rmtree(out, ignore_errors=True)
    done = call(BIN / "patchbuild", "create", "--target", base / "program", "--source-root", base, "--name", "fix", "-o", out, *words)
    return done.returncode, (out / "fix.so").read_bytes() if out.exists() else b"", done.stdout


def git(change, *options):
    """What git writes about a change to a copy of the tree, and the outcome with that copy as the new tree."""
    tree = work / "changed"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(base, tree)
    change(tree)
    must("git", "add", "-A", cwd=tree)
    text = call("git", "diff", "--cached", *options, cwd=tree).stdout
    return text, outcome(["--new-tree", tree])


def same(title, text, expected):
    (work / "a.patch").write_bytes(text if isinstance(text, bytes) else text.encode())
    got = outcome(["--patch", work / "a.patch"])
    check(title, got[:2] == expected[:2] and expected[0] == 0, f"{got[2]}\nexpected: {expected[2]}\n{text}")


def edit(tree):
    write(tree, {"src/main.c": NEW})


plain, expected = git(edit)
same("git diff", plain, expected)
for title, options in (("without a prefix", ["--no-prefix"]), ("another prefix", ["--src-prefix=old/", "--dst-prefix=new/"]),
                       ("two components of a prefix", ["--src-prefix=x/y/", "--dst-prefix=x/y/"]), ("no context", ["-U0"]),
                       ("the whole file as context", ["-U999"]), ("with full index", ["--full-index", "--binary"])):
    same(f"git diff {title}", git(edit, *options)[0], expected)
mail = f"From 0123 Mon Sep 17 00:00:00 2001\nFrom: A <a@example.com>\nSubject: [PATCH] fix\n\n--- not a header\n\n---\n src/main.c | 2 +-\n\n{plain}-- \n2.39.5\n\n"
same("git format-patch", mail, expected)
same("mail with DOS line ends", mail.replace("\n", "\r\n"), expected)
same("cut blanks at line ends", "\n".join(line.rstrip() for line in plain.split("\n")), expected)
(work / "new").mkdir()
shutil.copytree(base / "src", new / "src")
edit(new)
for title, words in (("diff -u", ["-u", "base/src/main.c", "new/src/main.c"]), ("diff -ruN", ["-ruN", "base/src", "new/src"]),
                     ("diff -up with labels", ["-up", "--label", "src/main.c.orig", "--label", "src/main.c", "base/src/main.c", "new/src/main.c"])):
    same(title, call("diff", *words, cwd=work).stdout, expected)
same("quilt", "Index: project/src/main.c\n" + "=" * 67 + "\n" +
     plain[plain.index("--- "):].replace("a/src/main.c", "project.orig/src/main.c").replace("b/src/main.c", "project/src/main.c"), expected)
same("Debian's headers before it", "Description: a fix\nAuthor: A\nIndex: nothing\n\n" + plain, expected)


def rename(tree):
    edit(tree)
    (tree / "src/inc/step.h").rename(tree / "src/inc/stride.h")
    write(tree, {"src/main.c": NEW.replace("step.h", "stride.h"), "src/inc/stride.h": HEADER.replace("STEP 1", "STEP 3")})


def copy(tree):
    edit(tree)
    shutil.copy(tree / "src/inc/step.h", tree / "src/inc/copied.h")
    write(tree, {"src/main.c": NEW.replace("step.h", "copied.h")})


def others(tree):
    edit(tree)
    os.chmod(tree / "run.sh", 0o755)
    os.chmod(tree / "src/main.c", 0o755)
    write(tree, {"data.bin": bytes(range(255, -1, -1)), "notes.txt": "new\n"})
    (tree / "src/with blank.h").unlink()


def newHeader(tree):
    write(tree, {"src/inc/more here.h": "#define MORE 5\n", "src/main.c": NEW.replace("\n", '\n#include "inc/more here.h"\n', 1).replace("* 2", "* MORE")})


same("a header renamed and edited", *git(rename, "-M20%"))
same("a header renamed, as removed and new", *git(rename, "--no-renames"))
same("a header copied", *git(copy, "-C", "--find-copies-harder"))
same("modes, a binary file, a removed header", *git(others, "--binary"))
same("a binary file without its content", *git(others))
same("a new header with a blank in its name", *git(newHeader))
same("no newline at the end", *git(lambda tree: write(tree, {"src/main.c": NEW.rstrip("\n")})))
same("CRLF comes", *git(lambda tree: write(tree, {"src/main.c": NEW.replace("\n", "\r\n")})))

# One after the other, as in a series.
first, _ = git(edit)
(work / "1.patch").write_text(first)
(work / "2.patch").write_text(first.replace("stepped(of) * 2", "stepped(of) * 4").replace("stepped(of);", "stepped(of) * 2;"))
both = outcome(["--patch", work / "1.patch", "--patch", work / "2.patch"])
_, wanted = git(lambda tree: write(tree, {"src/main.c": NEW.replace("* 2", "* 4")}))
check("a series of two", both[:2] == wanted[:2] and both[0] == 0, both[2])


def refused(title, text, code, *says):
    (work / "a.patch").write_bytes(text if isinstance(text, bytes) else text.encode())
    got = outcome(["--patch", work / "a.patch"])
    check(title, got[0] == code and all(word in got[2] for word in says) and not (work / "out").exists(), got[2])


refused("cut off", plain[:plain.rindex("\n", 0, -20)], 2, "damaged")
refused("another text", plain.replace("-    return stepped", "-    return strode"), 5, "does not fit")
refused("reversed", call("git", "diff", "-R", cwd=work / "changed").stdout or plain.replace("\n-", "\n#").replace("\n+", "\n-").replace("\n#", "\n+"), 5)
refused("a context diff", call("diff", "-c", "base/src/main.c", "new/src/main.c", cwd=work).stdout, 2, "context diff")
refused("a normal diff", call("diff", "base/src/main.c", "new/src/main.c", cwd=work).stdout, 2, "is not a patch")
refused("empty", "", 2, "is not a patch")
refused("random bytes", bytes(range(256)) * 8, 2)
refused("a source that is not there", plain.replace("main.c", "elsewhere.c"), 2, "not in the source tree")
refused("out of the tree", plain.replace("/src/main.c", "/../../../elsewhere/main.c"), 2, "not in the source tree")
refused("an absolute name", plain.replace("a/src/main.c", "/srv/main.c").replace("b/src/main.c", "/srv/main.c"), 2, "not in the source tree")
shutil.copy(base / "src/main.c", work / "kept.c")
edit(base)
refused("applied already", plain, 5, "already contains this patch")
shutil.copy(work / "kept.c", base / "src/main.c")
finish()
