#!/usr/bin/env python3
"""One patch for many processes of a program: found by its name, its inode or its build-id, in other namespaces and where the file
is deleted; patched side by side, with progress on a terminal and none in a pipe, a result for each and one exit code. Then
who still runs old code, and why."""

import contextlib
import json
import os
import pathlib
import pty
import shutil
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import BIN, EXIT, WORK, Target, buildPatchObject, buildTarget, check, livepatch, makePatch  # noqa: E402

COUNT = 200 if os.environ.get("LIVEPATCH_FULL") == "1" else 20
target = buildTarget()
patch = makePatch("fleet", buildPatchObject(), "J value newValue\n", [target])


def onTerminal(*words):
    """What it writes to a terminal, and to a pipe beside it."""
    terminal, end = pty.openpty()
    blocks = []

    def read():  # meanwhile: a terminal that nobody reads stands still
        with contextlib.suppress(OSError):  # Linux: EIO at its end
            while block := os.read(terminal, 65536):
                blocks.append(block)

    reader = threading.Thread(target=read)
    reader.start()
    done = subprocess.run([str(BIN / "livepatch"), *map(str, words)], stdout=subprocess.PIPE, stderr=end, text=True, check=False,
                          timeout=100)
    os.close(end)
    reader.join()
    return done.returncode, done.stdout, b"".join(blocks).decode()


with contextlib.ExitStack() as stack:
    programs = [stack.enter_context(Target(target)) for _ in range(COUNT)]
    # The file is no more.
    copy = WORK / "copy"
    shutil.copy(target, copy)
    programs.append(stack.enter_context(Target(copy)))
    programs[-1].expect("?", "1", "deleted, before")
    copy.unlink()
    inside = []
    if os.geteuid() == 0 and shutil.which("unshare") and subprocess.run(
            ["unshare", "-pmf", "--mount-proc", "true"], check=False, stderr=subprocess.DEVNULL).returncode == 0:
        # Its first process there is number 1, and its files have other names here.
        shut = stack.enter_context(Target("unshare", "-pmf", "--mount-proc", "--kill-child", "sh", "-c",
                                          f"mkdir -p {WORK}/there && mount -t tmpfs none {WORK}/there && cp {target} {WORK}/there/other"
                                          f" && exec {WORK}/there/other"))
        shut.expect("?", "1", "in other namespaces, before")
        children = pathlib.Path(f"/proc/{shut.pid}/task/{shut.pid}/children").read_text().split()
        inside = [int(children[0])]
        programs.append(shut)
    else:
        print("skipped: other namespaces")
    pids = [program.pid for program in programs[:COUNT + 1]] + inside
    tracer = stack.enter_context(subprocess.Popen([sys.executable, "-c", f"""
import ctypes, time
libc = ctypes.CDLL(None, use_errno=True)
assert libc.ptrace(0x4206, {pids[0]}, None, None) == 0, ctypes.get_errno()
print("tracing", flush=True)
time.sleep(90)"""], stdout=subprocess.PIPE, text=True))
    check(tracer.stdout.readline() == "tracing\n", "cannot trace")
    livepatch("apply", "--pid", pids[1], patch)

    text = livepatch("list", "--for", patch, code="refused", says=[f"{pids[0]}: runs old code: ", "already tracing",
                                                                 f"{pids[1]}: runs fleet", f"{pids[2]}: runs old code: the patch was never"])
    # By name: only the program's own processes and those with the same inode or build-id. In a pipe no progress.
    done = subprocess.run([str(BIN / "livepatch"), "apply", "--exe", str(target), str(patch), "--json"], capture_output=True,
                          text=True, check=False, timeout=100)
    check(done.returncode == EXIT["refused"] and done.stderr == "", f"exit code {done.returncode}: {done.stderr}")
    report = json.loads(done.stdout)
    outcomes = {entry["pid"]: entry["outcome"] for entry in report["processes"]}
    check(sorted(outcomes) == sorted(pids), f"found {len(outcomes)} processes, not {len(pids)}: {set(pids) ^ set(outcomes)}")
    check([entry["pid"] for entry in report["processes"]] == sorted(pids), "not in order")
    check(outcomes.pop(pids[0]) == "refused" and outcomes.pop(pids[1]) == "already" and set(outcomes.values()) == {"done"},
          f"outcomes {outcomes}")
    check(report["counts"] == {"already": 1, "done": len(pids) - 2, "refused": 1}, f"counts {report['counts']}")
    tracer.kill()
    tracer.wait()
    for number, program in enumerate(programs):
        program.expect("?", "1" if number == 0 else "2", f"process {number}, after apply")

    # On a terminal progress is shown, and taken away at the end.
    code, said, shown = onTerminal("apply", "--all", patch)
    check(code == EXIT["already"] and f"/{len(pids)}]" in shown and shown.endswith("\x1b[K"), f"exit code {code}, {shown!r}")
    check(f"{len(pids)} processes: {len(pids) - 1} already, 1 done" in said, said)
    livepatch("list", "--for", patch, says=[f"{len(pids)} processes: {len(pids)} done"])
    code, said, shown = onTerminal("revert", "--all", "fleet", "--quiet")
    check((code, said, shown) == (EXIT["done"], "", ""), f"quiet: exit code {code}, {said!r}, {shown!r}")
    livepatch("list", "--for", patch, "--pid", pids[2], code="refused", says=["the patch was reverted"])
    for number, program in enumerate(programs):
        program.expect("?", "1", f"process {number}, after revert")
    # One named twice is one. In a pipe no progress, also without --json.
    said = livepatch("apply", "--pid", pids[1], "--pid", pids[2], "--pid", pids[2], patch, says=["2 processes: 2 done"])
    check("\r" not in said and "/2]" not in said, f"progress in a pipe: {said!r}")

# By its inode alone: without a build-id, under another name.
nameless = buildTarget(output="without-id", flags=["-O0", "-pthread", "-Wl,--build-id=none"])
os.link(nameless, WORK / "link")
with Target(WORK / "link") as program:
    program.expect("?", "1", "under another name")
    livepatch("revert", "--exe", nameless, "fleet", code="refused", says=["no patch fleet"])
