#!/usr/bin/env python3
"""Functions of one to eight bytes, next to each other, with and without padding: each is either redirected or refused, and no
byte of another function changes, neither while the patch is on nor after it is gone. Also through plain nm output, which
knows neither padding nor sizes."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import HERE, WORK, Target, buildPatchObject, buildTarget, check, livepatch, makePatch, must, revertAndGiveBack  # noqa: E402
from text_bytes import Text, entriesOf  # noqa: E402

ACCEPTED, REFUSED = (re.findall(r"X\((\w+_\w+)\)", part) for part in (HERE / "functions.h").read_text().split("#define REFUSED"))
# The manifest may claim padding where the next function has its own.
PADDINGS = {"marked_4": ("endbr-nop5", 4), "plain_8": ("nop5", 8), "before_6": ("nop5", 3)}
WHY = ("neither the padding", "it has only", "crosses an 8-byte border")

target = buildTarget(flags=["-O2", "-pthread", HERE / "functions.S"], padding=False)
patchObject = buildPatchObject("patch.S")


def refused(program, before, text, entries=()):
    check(any(why in text for why in WHY), "it does not say why")
    Text(program.pid).checkOnly(before, entries, "it was refused")


def byHand(program, name, code):
    (WORK / "by-hand.cmd").write_text(f"J {name} more\n")
    return livepatch(program.pid, patchObject, WORK / "target.nm", WORK / "by-hand.cmd", tool="pannus", code=code, says=[name])


def works(program, names, before, patch):
    fallsIn = ["marked_4"] if "behind_marked_4" in names else []  # all that it does is to go on there
    program.expect("?", " ".join([*names, *fallsIn, "wrong=0"]), f"with {patch}")
    entries = entriesOf(target, before, names, {})
    Text(program.pid).checkOnly(before, entries, f"with {patch}")
    if names == ACCEPTED:
        # What is near them now is another function's redirect.
        for name in REFUSED:
            refused(program, before, byHand(program, name, "refused"), entries)
    revertAndGiveBack(program, patch, "--consistency", "function")
    program.expect("?", "wrong=0", f"after {patch}")
    Text(program.pid).checkOnly(before, [], f"after {patch}")


(WORK / "target.nm").write_text(must("nm", target))  # the hardest form: no sizes
with Target(target) as program:
    program.expect("?", "wrong=0", "before")
    before = Text(program.pid)
    for name in REFUSED:
        patch = makePatch(f"bad-{name}", patchObject, f"J {name} more\n", [target], paddings=PADDINGS)
        refused(program, before, livepatch("apply", "--pid", program.pid, patch, code="refused", says=[name]))
        refused(program, before, byHand(program, name, "refused"))
    for names in [*([name] for name in ACCEPTED), ACCEPTED]:
        name = "fix-" + names[0] if len(names) == 1 else "fix-all"
        patch = makePatch(name, patchObject, "".join(f"J {function} more\n" for function in names), [target])
        livepatch("apply", "--pid", program.pid, patch, "--consistency", "function")
        works(program, names, before, name)
    byHand(program, "late_6", "done")
    works(program, ["late_6"], before, "patch")
    print(f"{len(ACCEPTED)} functions redirected, {len(REFUSED)} refused")
