#!/usr/bin/env python3
"""Missing, damaged and unsuitable patches: each has its message and exit code; the process answers and is mapped as before."""

import hashlib
import json
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_input import (BIN, EXIT, SOURCE, Target, call, expectFailure, failures, finish, freshWork, makeTrees,  # noqa: E402
                       must)

work = freshWork()
program = makeTrees(work)
good = work / "good"
must(BIN / "patchbuild", "create", "--target", program, "--source-root", work / "base", "--new-tree", work / "new", "--name",
     "fix", "-o", good)


def damaged(title, change, rehash=True):
    """A copy of the good patch with one file changed; the manifest's hashes are made right again, or not."""
    out = work / title
    shutil.copytree(good, out)
    change(out)
    if rehash:
        manifest = json.loads((out / "fix.json").read_text())
        manifest["files"] = {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in manifest["files"]}
        (out / "fix.json").write_text(json.dumps(manifest))
    return out


def edit(name, change):
    def onFolder(out):
        (out / name).write_bytes(change((out / name).read_bytes()))
    return onFolder


def editManifest(change):
    def onFolder(out):
        manifest = json.loads((out / "fix.json").read_text())
        change(manifest)
        (out / "fix.json").write_text(json.dumps(manifest))
    return onFolder


(work / "nothing").mkdir()
BAD_PATCHES = [
    # title, folder, exit codes, words
    ("a patch that is not there", work / "nowhere", (EXIT["failed"], EXIT["usage"]), ["nowhere"]),
    ("an empty folder", work / "nothing", (EXIT["failed"], EXIT["usage"]), ["nothing"]),
    ("a file in place of the folder", program, (EXIT["failed"], EXIT["usage"]), ["program"]),
    ("a truncated manifest", damaged("cut-manifest", edit("fix.json", lambda b: b[:len(b) // 2]), rehash=False),
     EXIT["failed"], ["fix.json"]),
    ("a manifest of a later format", damaged("later", editManifest(lambda m: m.update({"livepatch-patch": 99}))),
     (EXIT["failed"], EXIT["refused"]), ["99"]),
    ("code that is not what the manifest says", damaged("tampered", edit("fix.so", lambda b: b[:-1] + b"!"), rehash=False),
     (EXIT["failed"], EXIT["refused"]), ["fix.so"]),
    ("truncated code", damaged("cut-code", edit("fix.so", lambda b: b[:300])), EXIT["failed"], ["fix.so"]),
    ("empty code", damaged("no-code", edit("fix.so", lambda b: b"")), EXIT["failed"], ["fix.so"]),
    ("code of another architecture", damaged("foreign", edit("fix.so", lambda b: b[:18] + b"\xb7\x00" + b[20:])),
     (EXIT["failed"], EXIT["refused"]), ["fix.so"]),
    ("a bad line in the command file", damaged("bad-line", edit("fix.cmd", lambda b: b + b"\nV value xyz\n")),
     EXIT["failed"], ["fix.cmd"]),
    ("an unknown symbol in the command file", damaged("unknown", edit("fix.cmd", lambda b: b + b"\nJ nobody value.lp\n")),
     (EXIT["failed"], EXIT["refused"]), ["nobody"]),
    ("a redirect into the middle of a function", damaged("middle", editManifest(
        lambda m: [r.update(address=r["address"] + 3) for r in m["redirects"]])), (EXIT["failed"], EXIT["refused"]), []),
    ("a redirect to nowhere", damaged("far", editManifest(
        lambda m: [r.update(address=0x7fffffff0000) for r in m["redirects"]])), (EXIT["failed"], EXIT["refused"]), []),
    ("a patch for another build", damaged("build-id", editManifest(
        lambda m: [t.update({"build-id": "00" * 20}) for t in m["targets"]])), EXIT["refused"], ["00000000", "build-id"]),
]

with Target(program) as target:
    for title, folder, codes, words in BAD_PATCHES:
        for verb in ("apply", "check"):
            expectFailure(f"{verb}: {title}", [verb, "--pid", target.pid, folder], codes, words, tool="livepatch")
            target.isUntouched(title)
    expectFailure("revert of what was never applied", ["revert", "--pid", target.pid, "fix"], EXIT["not-there"], ["fix"],
                  tool="livepatch")
    target.isUntouched("revert")

    # --- what is right, twice
    print(must(BIN / "livepatch", "apply", "--pid", target.pid, good))
    if target.ask("a") != "99":
        failures.append("apply")
        print("FAIL the good patch has no effect")
    expectFailure("the same patch again", ["apply", "--pid", target.pid, good], EXIT["already"], ["fix"], tool="livepatch")
    if target.ask("a") != "99":
        failures.append("apply twice")
        print("FAIL the good patch was lost")
    must(BIN / "livepatch", "revert", "--pid", target.pid, "fix")
    if target.ask("a") != "98":
        failures.append("revert")
        print("FAIL after the revert the new code still runs")
    expectFailure("revert of the reverted", ["revert", "--pid", target.pid, "fix"], EXIT["already"], ["fix"], tool="livepatch")

# --- the process
gone = target.pid
expectFailure("a process that is gone", ["apply", "--pid", gone, good], EXIT["gone"], [str(gone)], tool="livepatch")
expectFailure("list of a process that is gone", ["list", "--pid", gone], EXIT["gone"], [str(gone)], tool="livepatch")
(work / "plain.c").write_text(SOURCE)
must("cc", "-O2", "-o", "plain", "plain.c", cwd=work)
with Target(work / "plain") as plain:
    expectFailure("a program that was not built patchable", ["apply", "--pid", plain.pid, good], EXIT["refused"], [],
                  tool="livepatch")
    plain.isUntouched("plain")
finish()
