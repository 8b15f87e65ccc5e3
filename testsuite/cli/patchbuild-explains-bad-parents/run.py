#!/usr/bin/env python3
"""Folders given with --on that are damaged, incomplete, foreign or made up: a message each, and never a crash."""

import hashlib
import json
import pathlib
import random
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_input import BIN, SOURCE, call, expectFailure, failures, finish, freshWork, makeTrees, must  # noqa: E402

work = freshWork()
program = makeTrees(work)
base, new = work / "base", work / "new"
newest = work / "newest"
newest.mkdir()
(newest / "main.c").write_text((new / "main.c").read_text().replace("of + 2", "of + 3"))
good = work / "one"
must(BIN / "patchbuild", "create", "--target", program, "--new-tree", new, "--name", "one", "-o", good)
count = 0


def on(*folders):
    return ["explain", "--target", program, "--new-tree", newest, "--name", "two", *(w for f in folders for w in ("--on", f))]


def changed(change):
    """A copy of the patch in which `change(folder, manifest)` has done something; the manifest is written anew."""
    global count
    count += 1
    folder = work / f"changed-{count}"
    shutil.copytree(good, folder)
    manifest = json.loads((folder / "one.json").read_text())
    if change(folder, manifest) is not False:
        (folder / "one.json").write_text(json.dumps(manifest))
    return folder


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


must(BIN / "patchbuild", *on(good))
link = work / "link"
link.symlink_to(good)
must(BIN / "patchbuild", *on(link))
print("ok   the patch, and a symbolic link to it")

# --- the folder
expectFailure("a folder that is not there", on(work / "missing"), 2, ["missing", "no patch folder"])
expectFailure("a file as folder", on(program), 2, ["program", "no patch folder"])
(work / "empty").mkdir()
expectFailure("an empty folder", on(work / "empty"), 2, ["empty", "no patch folder"])
expectFailure("twice the same", on(good, good), 2, ["one is named twice"])
(work / "circle").symlink_to(work / "circle")
expectFailure("a symbolic link that leads to itself", on(work / "circle"), 2, ["circle"])

# --- its files
expectFailure("no .so", on(changed(lambda folder, _: (folder / "one.so").unlink())), 1, ["one.so"])
expectFailure("no .cmd", on(changed(lambda folder, _: (folder / "one.cmd").unlink())), 1, ["one.cmd"])
expectFailure("another .so", on(changed(lambda folder, _: (folder / "one.so").write_bytes(b"x"))), 5, ["one.so", "manifest"])


def loop(folder, _):
    (folder / "one.so").unlink()
    (folder / "one.so").symlink_to("one.so")


def directory(folder, _):
    (folder / "one.cmd").unlink()
    (folder / "one.cmd").mkdir()


expectFailure("an .so that leads to itself", on(changed(loop)), 1, ["one.so"])
expectFailure("a directory as .cmd", on(changed(directory)), 1, ["one.cmd"])

# --- the manifest
whole = (good / "one.json").read_text()
for part in (0, 1, 40, len(whole) // 2, len(whole) - 3):
    folder = changed(lambda folder, _: (folder / "one.json").write_text(whole[:part]) and False)
    (folder / "one.json").write_text(whole[:part])
    expectFailure(f"a manifest cut to {part} bytes", on(folder), 1, ["one.json"])
expectFailure("another build-id", on(changed(lambda _, m: m["targets"][0].update({"build-id": "00" * 20}))), 5, ["build-id"])
expectFailure("a name that leads elsewhere", on(changed(lambda _, m: m.update(name="../one"))), 1, ["name"])
expectFailure("no target", on(changed(lambda _, m: m.update(targets=[]))), 1, ["targets"])
expectFailure("a number that is none", on(changed(lambda _, m: m["redirects"][0].update(address=-1))), 1, ["address"])
expectFailure("a number beyond all", on(changed(lambda _, m: m["redirects"][0].update(object=1 << 63))), 1, ["object"])
itself = {"name": "one", "identity": "0" * 64}
expectFailure("a parent that is not there", on(changed(lambda _, m: m.update(parents=[itself]))), 2, ["was built on one"])

# --- the record in the .so, with digests that fit
section = work / "section"
must("objcopy", "--decompress-debug-sections", "--dump-section", f".debug_livepatch={section}", good / "one.so", work / "copy.so")
record = section.read_bytes()


def withRecord(content):
    def change(folder, manifest):
        (work / "bad").write_bytes(content)
        must("objcopy", "--decompress-debug-sections", "--update-section", f".debug_livepatch={work / 'bad'}", folder / "one.so")
        manifest["files"]["one.so"] = digest(folder / "one.so")
    return changed(change)


expectFailure("no record", on(changed(lambda folder, m: (must("strip", folder / "one.so"), m["files"].update(
    {"one.so": digest(folder / "one.so")})))), 5, ["one.so", "stripped"])
expectFailure("a record cut in the middle", on(withRecord(record[:len(record) // 2])), 1, ["one.so"])
# What an address is, is said by the eight bytes behind a chunk's text: numbers of objects that nobody has named.
expectFailure("an address of an unknown object", on(withRecord(record[:-8] + (5 << 48).to_bytes(8, "little"))), 1,
              ["one", "refers to a patch"])

random.seed(7)
codes = set()
for _ in range(60):
    damaged = bytearray(record)
    for _ in range(random.choice((1, 1, 4))):
        damaged[random.randrange(len(damaged))] = random.randrange(256)
    folder = withRecord(bytes(damaged))
    done = call(BIN / "patchbuild", *on(folder))
    codes.add(done.returncode)
    if done.returncode not in (0, 1, 2, 3, 4, 5) or "terminate" in done.stdout:
        failures.append("a damaged record")
        print(f"FAIL a damaged record: exit code {done.returncode}\n{done.stdout}")
    elif done.returncode not in (0, 3) and not done.stdout.strip():
        failures.append("a damaged record without a word")
        print("FAIL a damaged record, and not a word about it")
    shutil.rmtree(folder)
print(f"ok   60 damaged records: exit codes {sorted(codes)}")
finish()
