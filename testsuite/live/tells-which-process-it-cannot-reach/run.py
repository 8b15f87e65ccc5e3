#!/usr/bin/env python3
"""Processes that are gone, zombies, threads, kernel threads, traced or not ours: each with its own words and exit code."""

import os
import shutil
import subprocess
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import (BIN, EXIT, WORK, Target, buildPatchObject, buildTarget, check, livepatch, makePatch,  # noqa: E402
                     waitUntil)

target = buildTarget(flags=["-O0", "-DVALUE=1"])
patch = makePatch("fix", buildPatchObject(), "J value newValue\n", [target])
withData = makePatch("data", WORK / "patch.so", "J value newValue\nV unused 02000000 if=01000000\n", [target])
with Target(target) as program:
    pid = program.pid
for verb, subject in (("apply", patch), ("check", patch), ("revert", "fix")):
    livepatch(verb, "--pid", pid, subject, code="gone", says=[pid, "no such process"])

zombie = subprocess.Popen(["true"])
waitUntil(lambda: " Z " in pathlib.Path(f"/proc/{zombie.pid}/stat").read_text(), "no zombie")
livepatch("apply", "--pid", zombie.pid, patch, code="gone", says=["zombie"])
zombie.wait()


def isKernelThread(pid):
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False  # other processes come and go while we look
    return int(stat.rpartition(")")[2].split()[6]) & 0x00200000 != 0  # PF_KTHREAD, include/linux/sched.h


kernel = [p for p in os.listdir("/proc") if p.isdigit() and isKernelThread(p)]
if kernel:
    livepatch("apply", "--pid", kernel[0], patch, code="refused", says=["kernel thread"])

with Target(target) as program:
    program.expect("?", "1", "before")
    # Another tracer: a child that holds the target with ptrace.
    tracer = subprocess.Popen([sys.executable, "-c", f"""
import ctypes, time
libc = ctypes.CDLL(None, use_errno=True)
assert libc.ptrace(0x4206, {program.pid}, None, None) == 0, ctypes.get_errno()
print("tracing", flush=True)
time.sleep(60)"""], stdout=subprocess.PIPE, text=True)
    check(tracer.stdout.readline() == "tracing\n", "cannot trace")
    livepatch("apply", "--pid", program.pid, patch, code="refused", says=["already tracing", tracer.pid])
    tracer.kill()
    tracer.communicate()

    # A debugger, in which the program stands, and then runs.
    if shutil.which("gdb"):
        gdb = subprocess.Popen(["gdb", "-nx", "-q", "-iex", "set debuginfod enabled off", "-iex", "set auto-load off", "-p",
                                str(program.pid)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

        def order(*commands):
            for command in [*commands, "echo done\\n"]:
                gdb.stdin.write(command + "\n")
            gdb.stdin.flush()
            while "done" not in (line := gdb.stdout.readline()):
                check(line, "gdb has ended")

        def mapsAndCode():
            return program.maps(), program.text()

        order()
        before = mapsAndCode()
        for verb, subject in (("apply", patch), ("check", patch), ("apply", withData)):
            livepatch(verb, "--pid", program.pid, subject, code="refused", says=["already tracing", f"{gdb.pid} (gdb)"])
        check(mapsAndCode() == before, "it was changed while gdb held it")
        order("continue &")
        livepatch("apply", "--pid", program.pid, patch, code="refused", says=["already tracing", f"{gdb.pid} (gdb)"])
        program.expect("?", "1", "runs in the debugger")
        # Not with gdb's own interrupt: that is a SIGINT, which may reach the program when gdb has gone.
        gdb.kill()
        gdb.communicate(timeout=60)
        check(mapsAndCode() == before, "it was changed while gdb held it")
        program.expect("?", "1", "the debugger has gone")
        livepatch("apply", "--pid", program.pid, patch)
        program.expect("?", "99", "patched behind the debugger")
        livepatch("revert", "--pid", program.pid, "fix")
        program.expect("?", "1", "reverted behind the debugger")

    if os.geteuid() == 0:
        nobody = 65534
        for folder in [WORK, *WORK.parents]:  # what the other user has to be able to read
            if not os.stat(folder).st_mode & 0o001:
                print("skipped: another user cannot reach the scratch folder")
                break
        else:
            done = subprocess.run([BIN / "livepatch", "apply", "--pid", str(program.pid), patch], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, user=nobody, check=False)
            print(done.stdout)
            check(done.returncode == EXIT["refused"], f"another user: exit code {done.returncode}")
            check("not permitted" in done.stdout and "user 0" in done.stdout, "it does not say why")
        # Root does not run what anybody else may write.
        os.chown(patch / "fix.so", nobody, -1)
        livepatch("apply", "--pid", program.pid, patch, code="refused", says=["fix.so", "belongs to user"])
        os.chown(patch / "fix.so", 0, -1)
        os.chmod(patch / "fix.so", 0o666)
        livepatch("apply", "--pid", program.pid, patch, code="refused", says=["fix.so", "everybody"])
        os.chmod(patch / "fix.so", 0o644)
    program.expect("?", "1", "after all refusals")
    # Several processes: a line for each, and the code of the one to look at first.
    livepatch("apply", "--pid", program.pid, "--pid", pid, patch, code="gone", says=["applied", "no such process"])
    program.expect("?", "99", "after apply")
    os.kill(program.pid, 19)  # SIGSTOP: a stopped process can be patched, and stays stopped
    waitUntil(lambda: ") T " in pathlib.Path(f"/proc/{program.pid}/stat").read_text(), "not stopped")
    livepatch("revert", "--pid", program.pid, "fix", "--consistency", "stack")
    livepatch("apply", "--pid", program.pid, withData, "--consistency", "stack")
    waitUntil(lambda: ") T " in pathlib.Path(f"/proc/{program.pid}/stat").read_text(), "no longer stopped")
    os.kill(program.pid, 18)
    program.expect("?", "99", "the patch that was applied while it was stopped")
    livepatch("revert", "--pid", program.pid, "data")
    program.expect("?", "1", "after revert")
