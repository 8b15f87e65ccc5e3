#!/usr/bin/env python3
"""A full disk, a read-only tree, a TMPDIR that cannot be used: the patch, or a message that says so and no half output."""

import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_input import contents, finish, freshWork, makeTrees  # noqa: E402
from patches import check, defect, environment, start  # noqa: E402

if len(sys.argv) == 1:
    # In a mount namespace of our own, as root or as a user who may have one.
    words = ["unshare", *([] if os.geteuid() == 0 else ["-U", "-r"]), "-m"]
    if subprocess.run([*words, "true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
        print("skipped: no mount namespaces here")
        sys.exit(77)
    sys.exit(subprocess.run([*words, sys.executable, __file__, "inside"], check=False).returncode)


def tmpfs(folder, kilobytes, *options):
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join([f"size={kilobytes}k", *options]), "none", folder], check=True)


work = freshWork()
program = makeTrees(work)
base = contents(work / "base")
words = ["create", "--target", program, "--source-root", work / "base", "--new-tree", work / "new", "--name", "fix"]


def attempt(title, out, codes, says, **variables):
    process = start(*words, "-o", out, env=environment(**variables))
    said, _ = process.communicate(timeout=120)
    if process.returncode == 0:
        check(f"{title}: a complete patch", 0 in codes and defect(out) is None, said)
        return True
    fine = process.returncode in codes and any(word in said for word in says)
    check(f"{title}: exit code {process.returncode}", fine, said)
    check(f"{title}: no half output", not out.exists() and not [p for p in out.parent.glob(".*") if "new-" in p.name])
    return False


plenty = work / "plenty"
plenty.mkdir()
full = ["No space left", "there must be room"]
# From too little for anything to enough for all.
succeeded = 0
for kilobytes in (4, 8, 16, 32, 64, 128, 256, 4096):
    temporary, small = work / f"tmp-{kilobytes}", work / f"out-{kilobytes}"
    tmpfs(temporary, kilobytes)
    succeeded += attempt(f"TMPDIR of {kilobytes} KiB", plenty / f"a-{kilobytes}", (0, 1), full, TMPDIR=temporary)
    check(f"TMPDIR of {kilobytes} KiB is empty again", not list(temporary.iterdir()), list(temporary.iterdir()))
    tmpfs(small, kilobytes)
    attempt(f"output on {kilobytes} KiB", small / "out", (0, 1), full, TMPDIR=plenty)
check("there is a size that is enough", succeeded > 0)
check("and one that is not", succeeded < 8)

readOnly = work / "read-only"
tmpfs(readOnly, 64, "ro")
attempt("TMPDIR is read-only", plenty / "b", (1,), ["Read-only file system"], TMPDIR=readOnly)
attempt("TMPDIR is not there", plenty / "c", (1,), ["temporary directory"], TMPDIR=work / "nowhere")
attempt("the output is on a read-only file system", readOnly / "out", (1,), ["Read-only file system"], TMPDIR=plenty)
(work / "a-file").write_text("")
attempt("the output would be in a file", work / "a-file" / "out", (1, 2), ["Not a directory"], TMPDIR=plenty)

# The base tree and the new one may be read-only: nothing is ever written there.
for tree in ("base", "new"):
    subprocess.run(["mount", "--bind", work / tree, work / tree], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", work / tree], check=True)
check("read-only trees", attempt("read-only trees", plenty / "d", (0,), [], TMPDIR=plenty))
check("the base build is as it was", contents(work / "base") == base)
shutil.rmtree(plenty)
finish()
