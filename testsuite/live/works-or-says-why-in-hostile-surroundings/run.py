#!/usr/bin/env python3
"""A table of surroundings and what comes of a patch in each: it is applied, or refused with its own words and exit code; then
the target's code, its mappings and the states of its threads are what they were, and it goes on."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import BIN, EXIT, WORK, Target, buildPatchObject, buildTarget, check, makePatch, must, waitUntil  # noqa: E402

NOBODY = 65534
ROOT = os.geteuid() == 0
target = buildTarget()
made = makePatch("hostile", buildPatchObject(), "J value newValue\nJ other newOther\n", [target])
# Where any user and a changed root can reach them.
place = pathlib.Path(tempfile.mkdtemp(prefix="livepatch-hostile-", dir="/tmp"))
place.chmod(0o755)
patch = pathlib.Path(shutil.copytree(made, place / "hostile"))
static = buildTarget(output="static", flags=["-O0", "-static"])
staticPatch = makePatch("fixed", WORK / "patch.so", "J value newValue\nJ other newOther\n", [static])
shutil.copy(static, place / "static")
shutil.copy(target, place / "target")
shutil.copy(target, place / "copy-of-target")
stripped = shutil.copy(target, place / "stripped")
must("strip", stripped)


def reaches(user):
    return ROOT and subprocess.run([BIN / "livepatch", "--version"], user=user, check=False, capture_output=True).returncode == 0


def snapshot(pid):
    """Its own code (without the end of the page, where the stub may stay), its mappings, its threads' states."""
    maps = pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines()
    code = next(line for line in maps if "r-xp" in line and ("target" in line or "static" in line or "stripped" in line))
    start, end = (int(number, 16) for number in code.split()[0].split("-"))
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        memory.seek(start)
        text = memory.read(end - start - 256)
    states = sorted(pathlib.Path(f"/proc/{pid}/task/{tid}/stat").read_text().rpartition(")")[2].split()[0].replace("R", "S")
                    for tid in os.listdir(f"/proc/{pid}/task"))
    return text, maps, states


def asOther(*words):
    return ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", *words]


# name; the target's command; before the tool's name; options; outcome; words of the message
TABLE = [
    ("as it is", [target], [], [], "done", []),
    ("stripped", [stripped], [], [], "done", []),
    ("no_new_privs", [target, "no-new-privs"], [], [], "done", []),
    ("not dumpable, root", [target, "not-dumpable"], [], [], "done", []) if ROOT else None,
    ("may make no processes", [target, "no-processes"], [], [], "done", []),
    ("may open no files", [target, "no-files"], [], [], "done", []),
    ("no memory left", [target, "no-memory"], [], [], "refused", ["cannot map memory", "RLIMIT_AS"]),
    ("may have no new code", [target, "no-new-code"], [], ["--allow-seccomp"], "refused", ["cannot map memory", "execmem"]),
    ("may have no new code, unasked", [target, "no-new-code"], [], [], "refused", ["seccomp", "--allow-seccomp"]),
    ("stopped", [target, "stopped"], [], [], "done", []),
    ("deleted", [place / "copy-of-target", "deleted"], [], [], "done", []),
    ("uninterruptible", [target, place / "go"], [], [], "busy", ["uninterruptible"]),
]
if ROOT and shutil.which("setpriv") and reaches(NOBODY):
    TABLE += [
        ("of another user, root", asOther(place / "target"), [], [], "done", []),
        ("another user's", [target], asOther(), [], "refused", ["not permitted", "user 0"]),
        ("one's own, not root", asOther(place / "target"), asOther(), [], "done", []),
        ("one's own, not dumpable", asOther(place / "target", "not-dumpable"), asOther(), [], "refused", ["not permitted", "not dumpable"]),
        ("of another user, root without the capability", asOther(place / "target"),
         ["setpriv", "--bounding-set", "-sys_ptrace", "--inh-caps", "-sys_ptrace"], [], "refused", ["not permitted"]),
        ("tool with no_new_privs", [target], ["setpriv", "--no-new-privs"], [], "done", []),
        ("tool with little room", [target], ["sh", "-c", 'ulimit -n 16; exec "$@"', "sh"], [], "done", []),
    ]
if ROOT and shutil.which("chroot"):
    TABLE.append(("other root", ["chroot", place, "/static"], [], [], "done", []))
if ROOT and shutil.which("unshare") and subprocess.run(["unshare", "-Ur", "true"], check=False, capture_output=True).returncode == 0:
    TABLE.append(("other user namespace", ["unshare", "-Ur", target], [], [], "done", []))


def state(pid):
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def run(name, command, before, options, outcome, says):
    usedPatch = staticPatch if "/static" in command else patch
    go = place / "go"
    with Target(*command) as program:
        if command[-1] == "no-memory":
            program.expect("?", "ready", name)
        if program.ask() != "1 1":
            check(program.process.wait() == 77, f"{name}: did not start")
            print(f"skipped: {name}")
            return
        pid = program.pid
        if command[-1] == "deleted":
            command[0].unlink()
        if command[-1] == "stopped":
            os.kill(pid, 19)
            waitUntil(lambda: state(pid) == "T", "not stopped")
        if name == "uninterruptible":
            program.ask("v")
            waitUntil(lambda: state(pid) == "D", "the parent of a vfork is not in uninterruptible sleep")
        was = snapshot(pid)
        done = subprocess.run([*map(str, before), str(BIN / "livepatch"), "apply", "--pid", str(pid), str(usedPatch),
                               "--consistency", "stack", "--deadline", "300ms" if outcome == "busy" else "30s", *options], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False, timeout=60)
        print(f"{name}: {done.stdout.strip()}")
        check(done.returncode == EXIT[outcome], f"{name}: exit code {done.returncode}, expected {outcome}")
        for word in says:
            check(word in done.stdout, f"{name}: it does not say \"{word}\"")
        # A thread of a stopped process stops once more when it is given back, which takes it a moment of a processor.
        waitUntil(lambda: snapshot(pid)[2] == was[2], f"{name}: the threads' states were {was[2]}, are {snapshot(pid)[2]}")
        now = snapshot(pid)
        if outcome != "done":
            check(was[0] == now[0], f"{name}: the code has changed")
            check(was[1] == now[1], f"{name}: the mappings have changed: {set(was[1]) ^ set(now[1])}")
        if command[-1] == "stopped":
            os.kill(pid, 18)
        go.touch()  # the child of the vfork goes
        program.expect("?", "2 2" if outcome == "done" else "1 1", f"{name}, after")
    go.unlink()


try:
    for row in filter(None, TABLE):
        run(*row)
finally:
    shutil.rmtree(place, ignore_errors=True)
