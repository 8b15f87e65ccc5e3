#!/usr/bin/env python3
"""A process may say anything about itself: its loader's records, its objects' headers and tables, the headers of the patches in
it. Whatever it says, the tools come to an end with one of their exit codes, and other processes notice nothing. What becomes of
the liar is its own affair.

SEED=n repeats a row; LIVEPATCH_FULL=1 makes a long one. For memory errors: LIVEPATCH_BIN of the preset `asan`."""

import os
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import EXIT, WORK, Target, buildPatchObject, buildTarget, call, check, makePatch  # noqa: E402

full = os.environ.get("LIVEPATCH_FULL") == "1"
seed = int(os.environ.get("SEED", random.randrange(10 ** 6)))
chance = random.Random(seed)
print(f"SEED={seed}")
target = buildTarget(flags=["-O0", "-Wl,-z,now"])
code = buildPatchObject()
first = makePatch("lies-first", code, "J value value2\nV number 02000000 if=01000000\n", [target])
second = makePatch("lies-second", code, "J other other2\n", [target])
BORDERS = [0, 1, 7, 8, 0xfff, 0x1000, 2 ** 31 - 1, 2 ** 32 - 1, 2 ** 32, 2 ** 47, 2 ** 47 - 0x1000, 2 ** 62, 2 ** 63, 2 ** 64 - 0x1000,
           2 ** 64 - 8, 2 ** 64 - 1]
outcomes = {}


class Liar(Target):
    def lie(self, place, module, word, number):
        try:
            self.ask(f"lie {place} {module} {word} {number:x}")
        except BrokenPipeError:
            pass  # it has believed itself


def tool(what, *words):
    """Comes to an end by itself, with an exit code that it has."""
    what = f"SEED={seed}, {what}: livepatch {' '.join(map(str, words))}"
    try:
        result, said = call("livepatch", *words, timeout=60)
    except subprocess.TimeoutExpired:
        sys.exit(f"FAIL {what} does not end")
    check(result in EXIT.values() and result != EXIT["usage"], f"{what}: exit code {result}\n{said}")
    check("Sanitizer" not in said and "runtime error" not in said and "terminate called" not in said, f"{what}\n{said}")
    check(all(c.isprintable() or c == "\n" for c in said), f"{what}: it prints what a terminal would obey: {said!r}")
    outcomes[words[0], result] = outcomes.get((words[0], result), 0) + 1
    return result


def unchanged(honest, before, what):
    check((honest.maps(), honest.text()) == before, f"SEED={seed}, {what}: another process was changed")
    honest.expect("?", "1 1", f"SEED={seed}, {what}: another process")


def withPatch(liar):
    """Where the patch's header is, if it could be applied."""
    if call("livepatch", "apply", "--pid", liar.pid, first)[0] != EXIT["done"]:
        return 0
    with open(f"/proc/{liar.pid}/mem", "rb") as memory:
        for line in liar.maps().splitlines():
            if " rw-p " in line:
                start = int(line.split("-")[0], 16)
                memory.seek(start)
                if memory.read(8) == b"LPREGION":
                    return start
    return 0


def aboutObjects(liar):
    """Words in what the loader and the linker have left in memory."""
    what = []
    for _ in range(chance.choice((1, 1, 2, 4))):
        place = chance.choice("deglrsv")
        word = chance.randrange({"r": 5, "l": 150, "e": 80, "d": 60}.get(place, 400))
        lie = (place, chance.randrange(3), word, chance.choice(BORDERS))
        liar.lie(*lie)
        what.append("{} of object {}, word {}: {:#x}".format(*lie))
    return "; ".join(what)


def aboutItsPatch(liar):
    """Words in the header and the tables of a patch that is there: a liar could have made all of it."""
    header, what = withPatch(liar), []
    check(header != 0, "the patch cannot be applied to an honest process")
    with open(f"/proc/{liar.pid}/mem", "r+b") as memory:
        for _ in range(chance.choice((1, 1, 2, 5))):
            size = chance.choice((1, 4, 8))
            at = 8 * chance.randrange(3, 100) if chance.randrange(3) else 160 + 8 * chance.randrange(44)
            number = chance.choice(BORDERS) if chance.randrange(3) else chance.randrange(9)
            if 160 + 120 > at >= 160 and size == 8:
                at = 280  # not the name: without one it is just refused
            memory.seek(header + at)
            memory.write((number % 2 ** (8 * size)).to_bytes(size, "little"))
            what.append(f"byte {at} of the patch's header: {number:#x} ({size})")
    return "; ".join(what)


def chain(liar):
    return liar.ask("multiply") and "a hundred thousand records"


def names(liar):
    return liar.ask("nameless") and "names without end and without beginning"


def pipe(liar):
    os.mkfifo(WORK / "pipe")
    return liar.ask(f"name {WORK / 'pipe'}") and "a library that is a pipe"


def ring(liar):
    """Each record of the loader leads to itself; the next, to what is no memory at all."""
    liar.lie("l", 1, 3, int(liar.maps().split("-")[0], 16))
    return "a record that leads into the program's header"


def for_ever_loading(liar):
    liar.lie("r", 0, 3, 1)
    return "libraries that are being loaded for ever"


def sizes(number):
    def headers(liar):
        # The second program header of a library on: address, sizes in the file and in memory.
        for word in (8 + 7 * 1 + 2, 8 + 7 * 1 + 4, 8 + 7 * 1 + 5):
            liar.lie("e", 1, word, number)
        return f"a segment at {number:#x}, as large as that"
    return headers


def wrapped(module, segment):
    def headers(liar):
        for word, number in ((2, 2 ** 64 - 2 ** 40), (4, 0x1000), (5, 2 ** 40 + 0x1000)):
            liar.lie("e", module, 8 + 7 * segment + word, number)
        return "a segment that ends before it begins"
    return headers


LIES = [chain, names, pipe, ring, for_ever_loading, wrapped(0, 4), wrapped(2, 0), *map(sizes, (2 ** 31, 2 ** 47, 2 ** 63, 2 ** 64 - 0x1000))]
steps = LIES + [chance.choice((aboutObjects, aboutItsPatch)) for _ in range(2000 if full else 24)]
with Target(target) as honest:
    honest.expect("?", "1 1", "at first")
    check(call("livepatch", "list", "--pid", honest.pid)[0] == EXIT["done"], "it cannot be looked at")
    before = honest.maps(), honest.text()
    for step in steps:
        with Liar(target) as liar:
            liar.expect("?", "1 1", "at first")
            what = step(liar)
            # Both are looked at in one call: what the liar says must not hide the honest one.
            tool(what, "list", "--pid", liar.pid, "--pid", honest.pid)
            if step is aboutItsPatch:
                tool(what, "revert", *(["--give-back"] if chance.randrange(2) else []), "--pid", liar.pid, "lies-first")
            tool(what, "apply", "--pid", liar.pid, "--deadline", "300ms", *chance.choice(((), ("--consistency", "stack"))),
                 chance.choice((first, second)))
            unchanged(honest, before, what)
    # And what the honest one is told is still true.
    check(call("livepatch", "apply", "--pid", honest.pid, first)[0] == EXIT["done"], "an honest process cannot be patched")
    honest.expect("?", "2 2", "patched")
for (command, result), times in sorted(outcomes.items()):
    print(f"{command}: exit code {result} {times} times")
