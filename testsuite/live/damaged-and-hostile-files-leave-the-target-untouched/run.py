#!/usr/bin/env python3
"""Truncated, bit-flipped and hostile patches: a clear error, or a patch that is all right after all; never a crash of the
tool, and never a target that is half changed. The manifest's hashes are made right for each, so that the rest is read.

SEED=n repeats a row; LIVEPATCH_FULL=1 makes a long one. For memory errors: LIVEPATCH_BIN of the preset `asan`."""

import hashlib
import json
import os
import pathlib
import random
import shutil
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import EXIT, WORK, Target, buildPatchObject, buildTarget, call, check, makePatch, must  # noqa: E402

full = os.environ.get("LIVEPATCH_FULL") == "1"
seed = int(os.environ.get("SEED", random.randrange(10 ** 6)))
chance = random.Random(seed)
print(f"SEED={seed}")
target = buildTarget()
good = makePatch("hostile", buildPatchObject(), "J value value2\nV number 02000000 if=01000000\nP name newName\n", [target],
                 ["number"])
code, commands, manifest = ((good / f"hostile.{end}").read_bytes() for end in ("so", "cmd", "json"))
BORDERS = [0, 1, 7, 0x7f, 0xff, 0xfff, 0x1000, len(code), len(code) - 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 47, 2 ** 63,
           2 ** 64 - 1, 2 ** 64 - 0x1000]
# Machine code is left alone: another instruction is a valid patch that nobody can tell from the right one.
TABLES = [(0, 64 + 56 * 12)] + [
    (int(words[4], 16), int(words[5], 16))
    for line in must("readelf", "-SW", good / "hostile.so").splitlines() if "]" in line
    for words in [line.split("]")[1].split()] if words[:1] and words[0].startswith((".dyn", ".gnu.hash", ".rela", ".got", ".sh",
                                                                                   ".sym", ".str", ".eh_frame_hdr"))]
TABLES.append((struct.unpack_from("<Q", code, 40)[0], 64 * 20))  # the section headers


def placeInTables():
    start, size = chance.choice(TABLES)
    return min(start + chance.randrange(max(size, 1)), len(code) - 1)


def hostileCode():
    data = bytearray(code)
    kind = chance.randrange(3)
    if kind == 0:
        return data[:chance.choice([0, 1, 15, 16, 63, 64, 65, chance.randrange(len(code)), placeInTables()])]
    for _ in range(chance.choice((1, 1, 1, 3, 20))):
        at = placeInTables()
        if kind == 1:
            data[at] ^= 1 << chance.randrange(8)
        else:
            size = chance.choice((1, 2, 4, 8))
            at = at // size * size
            data[at:at + size] = (chance.choice(BORDERS) % 2 ** (8 * size)).to_bytes(size, "little")
    return data[:len(code)]


WORDS = ["J", "V", "P", "value", "value2", "number", "name", "newName", "main", "puts", "if=", "if=01000000", "if=&name", "0",
         "+0x7fffffffffffffff", "number+0xfff", "value+0x1", "00", "ff" * 5000, "zz", "\\x00", "\\xZ", "#", "\t", "", "\0", "ü",
         "J value value2", "a" * 100000]


def hostileCommands():
    if chance.randrange(3) == 0:
        data = bytearray(commands)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        return bytes(data)
    lines = commands.decode().splitlines()
    for _ in range(chance.randint(1, 3)):
        lines.insert(chance.randrange(len(lines) + 1), " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, 5))))
    return "\n".join(lines).encode()[:chance.choice((10 ** 6, 10 ** 6, 17))]


def hostileManifest(document):
    """One value somewhere in it becomes another one."""
    place, key = document, None
    while isinstance(place, (dict, list)) and len(place):
        key = chance.choice(list(place) if isinstance(place, dict) else range(len(place)))
        if not isinstance(place[key], (dict, list)) or not place[key] or chance.randrange(4) == 0:
            break
        place = place[key]
    place[key] = chance.choice([None, True, -1, 2 ** 31, 2 ** 47, 2 ** 63, 2 ** 64 - 1, 1e300, "", "x" * 100000, "../../etc/passwd",
                                "\0", "0", [], {}, [[[]]], [1] * 1000])
    return document


def damaged(step):
    folder = WORK / f"case{step}" / "hostile"
    shutil.copytree(good, folder)
    kind = chance.choice(("so", "so", "cmd", "json", "json text"))
    if kind == "so":
        (folder / "hostile.so").write_bytes(hostileCode())
    if kind == "cmd":
        (folder / "hostile.cmd").write_bytes(hostileCommands())
    document = json.loads(manifest)
    document["files"] = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in document["files"]}
    if kind == "json":
        document = hostileManifest(document)
    text = bytearray(json.dumps(document).encode())
    if kind == "json text":
        text = text[:chance.randrange(len(text))] if chance.randrange(2) else text
        for _ in range(chance.randint(1, 5)):
            text[chance.randrange(max(len(text), 1)):][:1] = bytes([chance.randrange(256)])
            if text:
                text[chance.randrange(len(text))] = chance.randrange(256)
    (folder / "hostile.json").write_bytes(text)
    return kind, folder


def state(program):
    return program.maps(), program.text()


outcomes = {}
step, steps = 0, 2000 if full else 80
while step < steps:
    with Target(target) as program:
        program.expect("?", "1 1 old", "at first")
        call("livepatch", "check", "--pid", program.pid, good)
        before = state(program)
        while step < steps:
            step += 1
            kind, folder = damaged(step)
            # Whatever bytes are in a message, the document is one.
            asJson = chance.randrange(4) == 0
            result, said = call("livepatch", "apply", *(["--json"] if asJson else []), "--pid", program.pid, folder,
                                "--deadline", "500ms")
            what = f"SEED={seed}, step {step}, {kind}: exit code {result}\n{said}"
            # Busy: where a function is said to be as long as all of the code, somebody is always inside of it.
            check(result in (EXIT["done"], EXIT["failed"], EXIT["refused"], EXIT["busy"]), what)
            check("Sanitizer" not in said and "runtime error" not in said, what)
            outcomes[kind, result] = outcomes.get((kind, result), 0) + 1
            if result == EXIT["done"]:
                break  # what was changed means nothing, or another patch: it must be possible to take it back
            said = "livepatch: " + json.dumps(json.loads(said)) if asJson else said
            check(said.startswith("livepatch: ") and len(said) > 30, what)
            check(state(program) == before, f"the target was changed: {what}")
            program.expect("?", "1 1 old", what)
            shutil.rmtree(folder.parent)
        else:
            break
        name = json.loads((folder / "hostile.json").read_bytes())["name"]
        result, said = call("livepatch", "revert", "--pid", program.pid, name, "--deadline", "60s")
        check(result == EXIT["done"], f"SEED={seed}, step {step}, {kind}: reverting it: {said}")
        program.expect("?", "1 1 old", f"SEED={seed}, step {step}, {kind}: reverted")
for (kind, result), times in sorted(outcomes.items()):
    print(f"{kind}: exit code {result} {times} times")
