#!/usr/bin/env python3
"""Makes the seeds that are patch regions, anew for each version of their format: from a process with three patches.

LIVEPATCH_BIN=build/release/bin python3 testsuite/fuzz/region_seeds.py, in an empty folder."""

import pathlib
import struct
import sys

SEEDS = pathlib.Path(__file__).resolve().parent / "seeds"
sys.path.insert(0, str(SEEDS.parents[1] / "live"))
from harness import ANSWERS, Target, buildPatchObject, buildTarget, livepatch, makePatch  # noqa: E402

# docs/formats.md, section 8. What the fuzzers take for the place of the first region, and of each further one.
RANGE, TOTAL, NAME, NAME_END = 24, 40, 160, 280
FIRST, STEP = 0x7f0000000000, 0x100000


def regions(pid):
    """Address, and header with its tables, of each region."""
    found = []
    with open(f"/proc/{pid}/mem", "rb") as memory:
        for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
            start = int(line.split("-")[0], 16)
            if " rw-p " in line and (memory.seek(start), memory.read(8))[1] == b"LPREGION":
                memory.seek(start)
                head = memory.read(4096)
                memory.seek(start)
                found.append((start, memory.read(struct.unpack_from("<Q", head, TOTAL)[0])))
    return found


def moved(at, header, to):
    """The same region at another place: every word that points into it moves along."""
    words = bytearray(header)
    low, high = struct.unpack_from("<QQ", header, RANGE)
    for place in range(16, len(words) - 7, 8):
        (word,) = struct.unpack_from("<Q", words, place)
        if low <= word <= high and not NAME <= place < NAME_END:
            struct.pack_into("<Q", words, place, (word + to - at) % 2 ** 64)
    return bytes(words)


def inARow(found):
    row = [moved(at, header, FIRST + i * STEP) for i, (at, header) in enumerate(found)]
    return b"".join(struct.pack("<H", len(header)) + header for header in row)


target = buildTarget(ANSWERS / "target.c")
code = buildPatchObject(ANSWERS / "patch.c")
patches = [makePatch("seed-one", code, "J value value2\nV number 02000000 if=01000000\n", [target]),
           makePatch("seed-two", code, "J value value3\nJ other other3\n", [target]),
           makePatch("seed-three", code, "J other other3\nV number 05000000\n", [target])]
with Target(target) as program:
    for patch in patches:
        livepatch("apply", "--pid", program.pid, patch)
    for i, (at, header) in enumerate(regions(program.pid)):
        (SEEDS / "region_header" / f"applied-{i + 1}").write_bytes(moved(at, header, FIRST))
    (SEEDS / "patch_stack" / "three").write_bytes(inARow(regions(program.pid)))
    livepatch("revert", "--pid", program.pid, "seed-three")
    (SEEDS / "patch_stack" / "three-one-reverted").write_bytes(inARow(regions(program.pid)))
