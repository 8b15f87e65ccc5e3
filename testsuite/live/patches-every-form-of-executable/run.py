#!/usr/bin/env python3
"""PIE, fixed address, static, static PIE, stripped, deleted while it runs, one code page with the headers, other linkers."""

import shutil
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import ANSWERS, Target, buildPatchObject, buildTarget, livepatch, makePatch, must  # noqa: E402

patchObject = buildPatchObject()
forms = {"pie": [], "no-pie": ["-no-pie"], "static": ["-static"], "static-pie": ["-static-pie", "-fPIE"],
         "one-segment": ["-Wl,-z,noseparate-code"], "norelro": ["-Wl,-z,norelro"], "lazy": ["-Wl,-z,lazy"],
         "now": ["-Wl,-z,now"], "stripped": [], "deleted": []}
if shutil.which("ld.lld"):
    forms["lld"] = ["-fuse-ld=lld"]
if shutil.which("ld.gold"):
    forms["gold"] = ["-fuse-ld=gold"]
for form, flags in forms.items():
    target = buildTarget(ANSWERS / "target.c", output=form, flags=["-O0", *flags])
    patch = makePatch(f"fix-{form}", patchObject, "J value newValue\nJ other newOther\nV number 07000000 if=01000000\n", [target])
    if form == "stripped":
        must("strip", target)
    with Target(target) as program:
        program.expect("?", "1 1 1", f"{form}: before")
        if form == "deleted":
            target.unlink()
        livepatch("apply", "--pid", program.pid, patch)
        program.expect("?", "2 3 7", f"{form}: after apply")
        livepatch("revert", "--pid", program.pid, f"fix-{form}")
        program.expect("?", "1 1 1", f"{form}: after revert")
