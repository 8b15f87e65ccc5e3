#!/usr/bin/env python3
"""Killed (SIGKILL) at any moment: the output is complete or not there, and the next run tidies up."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_input import contents, finish, freshWork, makeTrees  # noqa: E402
from patches import check, defect, environment, seconds, start  # noqa: E402

POINTS = 60

work = freshWork()
program = makeTrees(work)
temporary, outputs = work / "temporary", work / "outputs"
temporary.mkdir()
outputs.mkdir()
base = contents(work / "base")
env = environment(TMPDIR=temporary)
words = ["create", "--target", program, "--source-root", work / "base", "--new-tree", work / "new", "--name", "fix"]

longest = max(seconds(*words, "-o", work / f"timed-{i}", env=env) for i in range(3))
killed = {"fresh": 0, "replaced": 0}
seconds(*words, "-o", outputs / "replaced", env=env)
for point in range(POINTS):
    # Denser towards the end, where the output is written.
    delay = longest * (1 - (1 - point / POINTS) ** 2)
    for kind in killed:
        out = outputs / ("replaced" if kind == "replaced" else f"fresh-{point}")
        process = start(*words, "-o", out, env=env)
        try:
            process.wait(timeout=delay)
        except Exception:  # subprocess.TimeoutExpired
            process.kill()
            killed[kind] += 1
        process.wait()
        if kind == "replaced" and not out.is_dir():
            check(f"killed after {delay:.3f} s", False, "the earlier patch is gone")
        if out.exists() and defect(out):
            check(f"killed after {delay:.3f} s, {kind}", False, defect(out))
check(f"{sum(killed.values())} of {2 * POINTS} runs were killed", min(killed.values()) >= POINTS // 3, killed)

seconds(*words, "-o", outputs / "last", env=env)
check("the last run is complete", defect(outputs / "last") is None, defect(outputs / "last"))
left = [path.name for path in temporary.iterdir()]
# A compiler that was running may still write into its folder after that was removed; once more then.
if left:
    seconds(*words, "-o", outputs / "last", env=env)
    left = [path.name for path in temporary.iterdir() if (path / ".patchbuild-scratch").exists()]
check("nothing is left in TMPDIR", not left, left)
seconds(*words, "-o", outputs / "replaced", env=env)
left = [path.name for path in outputs.iterdir() if path.name.startswith(".replaced") or path.name.startswith(".last")]
check("nothing is left beside the output", not left, left)
check("the base build is as it was", contents(work / "base") == base)

# What only looks like ours is not ours to remove.
(temporary / "patchbuild-result").mkdir()
(temporary / "patchbuild-result" / "notes").write_text("mine")
seconds(*words, "-o", outputs / "last", env=env)
check("a folder of a similar name stays", (temporary / "patchbuild-result" / "notes").exists())
finish()
