#!/usr/bin/env python3
"""A patch that a livepatch of another version has applied is listed, and its process is not touched; a damaged one is told."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import ANSWERS, EXIT, Target, buildPatchObject, buildTarget, call, check, livepatch, makePatch  # noqa: E402

target = buildTarget(ANSWERS / "target.c")
code = buildPatchObject(ANSWERS / "patch.c")
two = makePatch("another-version-two", code, "J value value2\n", [target])
three = makePatch("another-version-three", code, "J other other3\n", [target])
# Where these stand in the region's header: docs/formats.md, section 8, and runtime/core/region_bytes.h.
VERSION, TOTAL, COUNTS_AND_OFFSETS, FIRST_NAME = 8, 40, range(280, 320, 4), 512 + 64


def headerOf(pid):
    """The address of the region's header: the first page of a mapping that begins with the magic."""
    with open(f"/proc/{pid}/mem", "rb") as memory:
        for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
            if " rw-p " in line:
                start = int(line.split("-")[0], 16)
                memory.seek(start)
                if memory.read(8) == b"LPREGION":
                    return start
    sys.exit("FAIL there is no region")


def poke(pid, at, number):
    with open(f"/proc/{pid}/mem", "r+b") as memory:
        memory.seek(at)
        memory.write(number.to_bytes(4, "little"))


def everything(program):
    """Mappings, and what is in the code and in the region."""
    start = headerOf(program.pid)
    with open(f"/proc/{program.pid}/mem", "rb") as memory:
        memory.seek(start)
        return program.maps(), program.text(), memory.read(4096)


with Target(target) as program:
    livepatch("apply", "--pid", program.pid, two)
    program.expect("?", "2 1 1", "applied")
    header = headerOf(program.pid)
    with open(f"/proc/{program.pid}/mem", "rb") as memory:
        memory.seek(header + VERSION)
        own = int.from_bytes(memory.read(4), "little")
    for version in (own - 1, own + 1, 77):
        poke(program.pid, header + VERSION, version)
        before = everything(program)
        livepatch("list", "--pid", program.pid, says=["another-version-two applied", f"format {version}"])
        said = json.loads(call("livepatch", "list", "--json", "--pid", program.pid)[1])["processes"][0]
        check(said["patches"] == [] and len(said["of-another-version"]) == 1, f"it says {said}")
        check(said["of-another-version"][0] | {"identity": ""} ==
              {"name": "another-version-two", "identity": "", "format": version, "active": True}, f"it says {said}")
        for words in (("apply", three), ("apply", two), ("apply", "--replace", three), ("apply", "--dry-run", three),
                      ("check", three), ("revert", "another-version-two"), ("revert", "--give-back", "another-version-two")):
            livepatch(words[0], "--pid", program.pid, *words[1:], code="refused",
                      says=["another version", "another-version-two", f"is {version}"])
        check(call("livepatch", "revert", "--all", "another-version-two")[0] == EXIT["refused"], "it should be refused")
        check(everything(program) == before, "the process was changed")
        program.expect("?", "2 1 1", f"format {version}")
    poke(program.pid, header + VERSION, own)

    # Damage is no reason to take the process for one without patches, nor to follow what it says.
    for at in (TOTAL, *COUNTS_AND_OFFSETS, FIRST_NAME):
        with open(f"/proc/{program.pid}/mem", "rb") as memory:
            memory.seek(header + at)
            was = int.from_bytes(memory.read(4), "little")
        for number in {100, 2 ** 20, 2 ** 32 - 8} - {was}:
            poke(program.pid, header + at, number)
            before = everything(program)
            livepatch("list", "--pid", program.pid, code="failed", says=["damaged"])
            livepatch("apply", "--pid", program.pid, three, code="failed", says=["damaged"])
            check(everything(program) == before, f"the process was changed: {number} at {at}")
        poke(program.pid, header + at, was)
    program.expect("?", "2 1 1", "damaged")
    livepatch("list", "--pid", program.pid, says=["another-version-two applied"])
