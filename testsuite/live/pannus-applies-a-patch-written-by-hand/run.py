#!/usr/bin/env python3
"""pannus PID patch.so mapfile pannus.cmd, with the output of nm as mapfile, in its several forms."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import ANSWERS, WORK, Target, buildPatchObject, buildTarget, livepatch, must  # noqa: E402

target = buildTarget(ANSWERS / "target.c")
patchObject = buildPatchObject(ANSWERS / "patch.c")
(WORK / "pannus.cmd").write_text("# by hand\n\nJ value value3\nV number 2a000000\n")
for form in ("", "-S", "-n", "-S -n"):
    (WORK / "target.nm").write_text(must("nm", *form.split(), target))
    with Target(target) as program:
        livepatch(program.pid, patchObject, WORK / "target.nm", WORK / "pannus.cmd", tool="pannus", says=["value"])
        program.expect("?", "3 1 42", f"nm {form}")
        livepatch(program.pid, patchObject, WORK / "target.nm", WORK / "pannus.cmd", tool="pannus", code="already")
        livepatch("revert", "--pid", program.pid, "patch")
        program.expect("?", "1 1 1", f"nm {form}, reverted")
livepatch(program.pid, patchObject, WORK / "target.nm", WORK / "pannus.cmd", tool="pannus", code="gone", says=[program.pid])
livepatch(1, WORK / "no.so", WORK / "target.nm", WORK / "pannus.cmd", tool="pannus", code="failed", says=["no.so"])
