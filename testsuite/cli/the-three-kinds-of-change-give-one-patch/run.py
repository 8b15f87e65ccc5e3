#!/usr/bin/env python3
"""A patch file, a new tree and two revisions that say the same give the same functions and the same code."""

import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_input import BIN, call, failures, finish, freshWork, makeTrees, must  # noqa: E402

work = freshWork()
program = makeTrees(work)
base, new = work / "base", work / "new"
for name in ("AUTHOR", "COMMITTER"):
    os.environ[f"GIT_{name}_NAME"], os.environ[f"GIT_{name}_EMAIL"] = "A", "a@example.com"

done = call("diff", "-u", "base/main.c", "new/main.c", cwd=work)
(work / "fix.patch").write_text(done.stdout.replace("base/", "a/").replace("new/", "b/"))
must("git", "init", "-q", "-b", "main", cwd=base)
must("git", "add", "main.c", cwd=base)
must("git", "commit", "-q", "-m", "old", cwd=base)
text = (base / "main.c").read_text()
(base / "main.c").write_text((new / "main.c").read_text())
must("git", "commit", "-q", "-a", "-m", "new", cwd=base)
must("git", "checkout", "-q", "HEAD^", cwd=base)

KINDS = {"patch": ["--patch", work / "fix.patch"], "tree": ["--new-tree", new],
         "revisions": ["--old-rev", "main^", "--new-rev", "main"]}
results = {}
for kind, words in KINDS.items():
    out = work / kind
    print(must(BIN / "patchbuild", "create", "--target", program, "--source-root", base, "--name", "fix", *words, "-o", out))
    manifest = json.loads((out / "fix.json").read_text())
    results[kind] = (manifest["functions"], manifest["redirects"], manifest["files"]["fix.so"], manifest["files"]["fix.cmd"])

# The working tree may be anywhere between the revisions: what counts is what they say.
must("git", "checkout", "-q", "main", cwd=base)
out = work / "elsewhere"
must(BIN / "patchbuild", "create", "--target", program, "--source-root", base, "--name", "fix", *KINDS["revisions"], "-o", out)
manifest = json.loads((out / "fix.json").read_text())
results["revisions, with the new one checked out"] = (manifest["functions"], manifest["redirects"],
                                                     manifest["files"]["fix.so"], manifest["files"]["fix.cmd"])
for kind, result in results.items():
    if [f["name"] for f in result[0]] != ["value"] and [f["name"] for f in result[0]] != ["main", "value"]:
        failures.append(kind)
        print(f"FAIL {kind}: {result[0]}")
    if result != results["patch"]:
        failures.append(kind)
        print(f"FAIL {kind} differs from the patch file's:\n{result}\n{results['patch']}")
finish()
