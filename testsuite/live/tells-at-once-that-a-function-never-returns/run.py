#!/usr/bin/env python3
"""The patch changes a thread's main loop, which patchbuild has found not to return: nothing is waited for, the answer names the
thread and the way out, and the process runs on as it was. The way out works."""

import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import Target, buildPatchObject, buildTarget, check, livepatch, makePatch  # noqa: E402

target = buildTarget()
patch = makePatch("never", buildPatchObject(), "J value newValue\nJ serve newServe\n", [target])
manifest = json.loads((patch / "never.json").read_text())
next(redirect for redirect in manifest["redirects"] if redirect["target"] == "serve")["never-returns"] = True
(patch / "never.json").write_text(json.dumps(manifest))
with Target(target) as program:
    start = time.monotonic()
    livepatch("apply", "--pid", program.pid, patch, "--deadline", "600s", code="busy",
              says=["the-server", "serve", "does not return", "--consistency function"])
    check(time.monotonic() - start < 300, "it waited for what never comes")
    program.expect("?", "1", "after the answer")
    livepatch("apply", "--pid", program.pid, patch, "--consistency", "function")
    program.expect("?", "2", "with the patch")
