#!/usr/bin/env python3
"""`livepatch symbols` gives perf the names of the functions of applied patches; after revert there are none."""

import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import WORK, Target, buildPatchObject, buildTarget, check, livepatch, makePatch, symbols  # noqa: E402

target = buildTarget(flags=["-O1"])
patchObject = buildPatchObject()
patch = makePatch("fix", patchObject, "J busy newBusy\n", [target])
with Target(target) as program:
    check(livepatch("symbols", "--pid", program.pid) == "", "symbols of patches where there is none")
    livepatch("apply", "--pid", program.pid, patch)
    program.expect("x", "1", "after apply")
    text = livepatch("symbols", "--pid", program.pid)
    found = {name: (int(start, 16), int(size, 16)) for start, size, name in re.findall(r"^(\w+) (\w+) (.+)$", text, re.M)}
    check(set(found) == {"busy [fix]", "newHelper [fix]"}, f"the names are {sorted(found)}")
    bias = found["busy [fix]"][0] - symbols(patchObject)["newBusy"][0]
    check(found["newHelper [fix]"][0] == bias + symbols(patchObject)["newHelper"][0], "an address is wrong")

    recorded = WORK / "perf.data"
    perf = shutil.which("perf")
    if perf:
        started = subprocess.Popen([perf, "record", "-q", "-e", "cpu-clock", "-o", recorded, "-p", str(program.pid)],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        program.expect("x", "1", "under the profiler")
        program.expect("x", "1", "under the profiler")
        started.terminate()
        started.communicate()
    if not perf or not recorded.exists():
        print("perf cannot record here: only the text was looked at")
    else:
        perfMap = pathlib.Path(f"/tmp/perf-{program.pid}.map")
        perfMap.write_text(text)
        try:
            said = subprocess.run([perf, "report", "-i", recorded, "--stdio", "--sort", "symbol"], stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, text=True, check=True).stdout
        finally:
            perfMap.unlink()
        print(said)
        check("newHelper [fix]" in said, "perf does not name the patch's function")
    livepatch("revert", "--pid", program.pid, "fix")
    check(livepatch("symbols", "--pid", program.pid) == "", "symbols of a reverted patch")
