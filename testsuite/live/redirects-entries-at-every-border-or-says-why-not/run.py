#!/usr/bin/env python3
"""Entries in the first and last word of a page and of a cache line, ending at a border, behind endbr64, in another page than
their function: redirected while three threads call them, with no byte changed but the five of each. Those that no aligned
8-byte store can change are refused, and then nothing is changed at all. endbr64 stays where it is, so a function that is
called through a pointer goes on to be a valid target."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from borders import ACCEPTED, PADDINGS, REFUSED, Counts, build, checkFunctions, patchOf  # noqa: E402
from harness import ANSWERS, BIN, WORK, Target, buildPatchObject, check, livepatch, makePatch, must, revertAndGiveBack, symbols  # noqa: E402
from text_bytes import Text, entriesOf  # noqa: E402

ENDBR64 = b"\xf3\x0f\x1e\xfa"

target = build()
fix = patchOf(target, ACCEPTED)
with Target(target, "3") as program:
    checkFunctions(program, [], "before")
    before = Text(program.pid)
    entries = entriesOf(target, before, ACCEPTED, PADDINGS)
    places = {(entry - before.bias) % 4096 for entry in entries}
    check({0, 4096 - 8, 4096 - 5} <= places and {entry % 64 for entry in entries} >= {0, 56, 59}, f"the entries lie elsewhere: {places}")

    for name in REFUSED:
        bad = patchOf(target, [name], f"bad-{name}")
        livepatch("apply", "--pid", program.pid, bad, code="refused", says=[name, "crosses an 8-byte border"])
    livepatch("apply", "--pid", program.pid, patchOf(target, ACCEPTED + REFUSED, "bad-all"), code="refused", says=REFUSED)
    check(not Text(program.pid).changedSince(before), "a patch was refused, yet code has changed")

    for consistency in ("function", "none"):
        livepatch("apply", "--pid", program.pid, fix, "--consistency", consistency)
        checkFunctions(program, ACCEPTED, consistency)
        now = Text(program.pid)
        now.checkOnly(before, entries, consistency)
        for name in ("marked", "marked_last_word_of_page", "marked_in_the_page_before"):
            check(now.slice(now.bias + symbols(target)[name][0], 4) == ENDBR64, f"{name} does not begin with endbr64 any more")
        revertAndGiveBack(program, "borders-fix", "--consistency", consistency)
        checkFunctions(program, [], f"after {consistency}")
        Text(program.pid).checkOnly(before, [], "after the revert")
    counts = Counts(program)
    check(counts.wrong == 0, f"{counts.wrong} wrong results")
    print(f"{counts.old} calls of old, {counts.new} of new code, 0 wrong")

# The same with what the plugin makes of -fcf-protection. A sanitized build has no wrapper that could be run.
wrapper = BIN / "livepatch-clang"
if wrapper.exists() and not os.environ.get("LIVEPATCH_SANITIZE"):
    marked = WORK / "marked"
    must(wrapper, "-g", "-O0", "-fcf-protection=full", "-o", marked, ANSWERS / "target.c")
    patch = makePatch("fix", buildPatchObject(ANSWERS / "patch.c", flags=("-O2", "-fcf-protection=full")),
                      "J value value3\nJ other other3\nV number 03000000 if=01000000\n", [marked],
                      paddings={"value": ("endbr-nop5", 8), "other": ("endbr-nop5", 8)})
    with Target(marked) as program:
        program.expect("?", "1 1 1", "before")
        before = Text(program.pid)
        livepatch("apply", "--pid", program.pid, patch)
        program.expect("?", "3 3 3", "built with -fcf-protection")
        now = Text(program.pid)
        now.checkOnly(before, entriesOf(marked, before, ["value", "other"], {"value": ("", 8), "other": ("", 8)}), "with the plugin")
        check(now.slice(now.bias + symbols(marked)["value"][0], 4) == ENDBR64, "value does not begin with endbr64")
        revertAndGiveBack(program, "fix")
        program.expect("?", "1 1 1", "after the revert")
        Text(program.pid).checkOnly(before, [], "after the revert, with the plugin")
