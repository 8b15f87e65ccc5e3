#!/usr/bin/env python3
"""gdb on a patched process: functions and lines of the patch in backtraces, breakpoints by name, its variables; the same
from a core file; after revert nothing of it is left; and the loader's own use of the list that gdb reads goes on."""

import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import HERE, WORK, Target, buildPatchObject, buildTarget, check, livepatch, makePatch  # noqa: E402

if not shutil.which("gdb"):
    print("skipped: no gdb")
    sys.exit(77)
LINE = 1 + next(i for i, line in enumerate((HERE / "patch.c").read_text().splitlines()) if "the test looks for" in line)
GDB = ["gdb", "-nx", "-batch", "-iex", "set debuginfod enabled off", "-iex", "set auto-load off"]


def gdb(*commands, process=None, core=None):
    """What gdb says to its commands."""
    where = ["-p", str(process.pid)] if process else [str(target), str(core)]
    words = [word for command in commands for word in ("-ex", command)]
    said = subprocess.run([*GDB, *where, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=60, check=True).stdout
    print(said)
    return said


def mustSay(said, *words):
    for word in words:
        check(word in said, f'gdb does not say "{word}"')


target = buildTarget(flags=["-O1"])
patch = makePatch("fix", buildPatchObject(), "J value newValue\n", [target])
shown = patch / "fix.so"
with Target(target) as program:
    livepatch("apply", "--pid", program.pid, patch)
    program.expect("x", "1", "the call that was in progress")
    mustSay(gdb("bt", "info sharedlibrary", "print (int)newCounter", "print &value", process=program), "in newInner (step=2) at ",
            "patch.c:", "in newValue () at ", "in main () at ", str(shown), "= 40")
    said = gdb(f"break patch.c:{LINE}", f"shell echo x > /proc/{program.pid}/fd/0", "continue", "bt", "detach", process=program)
    mustSay(said, f"newInner (step=2) at {HERE}/patch.c:{LINE}", "#1", "in newValue () at ", "in main () at ")
    check(program.read() == "1042", "the answer behind the breakpoint")

    core = WORK / "core"
    subprocess.run(["gcore", "-o", str(core), str(program.pid)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    mustSay(gdb("bt", "print (int)newCounter", core=f"{core}.{program.pid}"), "in newInner (step=2) at ", "in newValue () at ", "= 42")

    # The file is gone: gdb says so, and finds it again where it is told to look.
    moved = WORK / "moved"
    moved.mkdir()
    shutil.move(shown, moved / "fix.so")
    mustSay(gdb("set solib-search-path " + str(moved), "sharedlibrary", "bt", process=program), "in newInner (step=2) at ")
    shutil.move(moved / "fix.so", shown)

    # Further patches, and the loader's own namespaces before and behind ours.
    second, third = (makePatch(name, buildPatchObject(output=f"{name}.so", flags=["-O2", f"-DFIRST={first}"]),
                               "J value newValue\n", [target]) for name, first in (("second", 60), ("third", 80)))
    livepatch("revert", "--pid", program.pid, "fix")
    program.expect("x", "1044", "the call that was in progress")
    said = gdb("info sharedlibrary", "bt", process=program)
    check("fix.so" not in said and "newInner" not in said, "a reverted patch is still to be seen")
    program.expect("namespace", "100", "dlmopen after a revert")
    livepatch("apply", "--pid", program.pid, second)
    livepatch("apply", "--pid", program.pid, third)
    program.expect("namespace", "100", "dlmopen with two patches")
    said = gdb("info sharedlibrary", process=program)
    mustSay(said, "second.so", "third.so")
    check(said.count("libm.so.6") == 2, "gdb sees the loader's namespaces no longer")
    livepatch("revert", "--pid", program.pid, "second")
    program.expect("x", "1082", "the third is still on")
    said = gdb("info sharedlibrary", process=program)
    check("third.so" in said and "second.so" not in said and said.count("libm.so.6") == 2, "only the one that is on is seen")
    livepatch("revert", "--pid", program.pid, "third")
    program.expect("x", "1084", "the call that was in progress")
    program.expect("namespace", "100", "dlmopen when nothing is applied")
    said = gdb("info sharedlibrary", process=program)
    check("work" not in said.replace("work/target", ""), "a reverted patch is still to be seen")
