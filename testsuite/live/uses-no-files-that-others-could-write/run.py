#!/usr/bin/env python3
"""A privileged livepatch takes a patch only from files that nobody but root and the caller can write: by owner, mode, access
list, folder, symbolic link, or by being quick. With one's own rights there is nothing to guard. Needs root."""

import os
import pathlib
import shutil
import struct
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import (ANSWERS, BIN, EXIT, WORK, Target, buildLibrary, buildPatchObject, buildTarget,  # noqa: E402
                     call, check, livepatch, makePatch)

if os.geteuid() != 0:
    print("skipped: only root can make files of other users")
    sys.exit(77)
OTHER = 12345
target = buildTarget(ANSWERS / "target.c")
code = buildPatchObject(ANSWERS / "patch.c")
# Of the same name: one in the place of the other is told by what is in it.
evil = makePatch("trusted", code, "J other other3\n", [target]).rename(WORK / "evil")
patch = makePatch("trusted", code, "J value value2\n", [target])
os.environ.pop("SUDO_UID", None)


def copyTo(folder):
    shutil.copytree(patch, folder)
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755)
    return folder


def expectRefusal(program, folder, *says):
    for verb in ("apply", "check"):
        livepatch(verb, "--pid", program.pid, folder, code="refused", says=["cannot use", *says])
    program.expect("?", "1 1 1", f"refused: {folder}")


with Target(target) as program:
    livepatch("check", "--pid", program.pid, patch)

    for name in ("trusted.so", "trusted.cmd", "trusted.json"):
        folder = copyTo(WORK / "owned" / name / "p")
        os.chown(folder / name, OTHER, 0)
        expectRefusal(program, folder, name, f"user {OTHER}")
        os.chown(folder / name, 0, 0)
        (folder / name).chmod(0o646)
        expectRefusal(program, folder, name, "everybody")
        (folder / name).chmod(0o664)
        os.chown(folder / name, 0, OTHER)
        expectRefusal(program, folder, name, "a group")
        os.chown(folder / name, 0, 0)
        livepatch("check", "--pid", program.pid, folder)

    # A folder further up: whoever may write there can put another folder in place.
    folder = copyTo(WORK / "up" / "between" / "p")
    for place in (WORK / "up", WORK / "up" / "between"):
        os.chown(place, OTHER, 0)
        expectRefusal(program, folder, str(place), f"user {OTHER}")
        os.chown(place, 0, 0)
        place.chmod(0o777)
        expectRefusal(program, folder, str(place), "everybody")
        place.chmod(0o1777)  # like /tmp: what is there belongs to whoever made it
        livepatch("check", "--pid", program.pid, folder)
        place.chmod(0o755)

    # A link that somebody else has put there leads where that one wants; also in the middle of a path.
    (WORK / "up").chmod(0o1777)
    for name, path in (("link", ""), ("middle", "p")):
        link = WORK / "up" / name
        link.symlink_to("between/p" if name == "link" else WORK / "up" / "between")
        livepatch("check", "--pid", program.pid, link / path)
        os.lchown(link, OTHER, OTHER)
        expectRefusal(program, link / path, str(link), f"user {OTHER}")
    loop = WORK / "loop"
    loop.symlink_to("loop")
    check(call("livepatch", "check", "--pid", program.pid, loop)[0] == EXIT["failed"], "a link to itself")
    os.mkfifo(WORK / "up" / "pipe.json")
    check(call("livepatch", "check", "--pid", program.pid, WORK / "up")[0] == EXIT["failed"], "a pipe must not be waited for")

    # An access list: user OTHER may write (acl(5): version 2, then tag, rights, id).
    folder = copyTo(WORK / "list" / "p")
    entries = [(1, 6, 2 ** 32 - 1), (2, 6, OTHER), (4, 4, 2 ** 32 - 1), (16, 6, 2 ** 32 - 1), (32, 4, 2 ** 32 - 1)]
    try:
        os.setxattr(folder / "trusted.so", "system.posix_acl_access",
                    struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries))
        expectRefusal(program, folder, "trusted.so", "access list")
    except OSError as problem:
        print(f"no access lists here: {problem}")

    # sudo's caller is trusted; who is not root cannot pretend to be sudo.
    folder = copyTo(WORK / "sudo" / "p")
    for path in (folder, *folder.iterdir()):
        os.chown(path, OTHER, OTHER)
    expectRefusal(program, folder, f"user {OTHER}")
    os.environ["SUDO_UID"] = str(OTHER)
    livepatch("check", "--pid", program.pid, folder)
    # A user with the right to reach all processes: its own word says nothing about whose files those are.
    mighty = ["setpriv", "--reuid", "54321", "--regid", "54321", "--clear-groups", "--inh-caps", "+sys_ptrace",
              "--ambient-caps", "+sys_ptrace"]
    if shutil.which("setpriv") and subprocess.run([*mighty, BIN / "livepatch", "--version"], check=False,
                                                  capture_output=True).returncode == 0:
        done = subprocess.run([*mighty, BIN / "livepatch", "check", "--pid", str(program.pid), folder], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        check(done.returncode == EXIT["refused"] and f"user {OTHER}" in done.stdout,
              f"it pretends to be sudo: {done.stdout}")
    else:
        print("skipped: no other user with a capability")
    del os.environ["SUDO_UID"]

    # Exchanged while it is being read: the good one, or a refusal, but never the other one's code.
    good, bad, swap = copyTo(WORK / "race" / "good" / "p"), WORK / "race" / "bad", WORK / "race" / "swap"
    shutil.copytree(evil, bad / "p")
    for path in (bad, bad / "p", *(bad / "p").iterdir()):
        os.chown(path, OTHER, OTHER)
    (WORK / "race").chmod(0o1777)
    stop = threading.Event()

    def exchange():
        turn = 0
        while not stop.is_set():
            turn += 1
            fresh = WORK / "race" / "fresh"
            fresh.symlink_to("good" if turn % 2 else "bad")
            os.replace(fresh, swap)

    thread = threading.Thread(target=exchange, daemon=True)
    swap.symlink_to("good")
    thread.start()
    seen = {}
    for _ in range(60):
        result, said = call("livepatch", "check", "--pid", program.pid, swap / "p")
        seen[result] = seen.get(result, 0) + 1
        check("function: other" not in said and "not the file" not in said, f"the other one's patch was taken: {said}")
    stop.set()
    thread.join()
    print(f"exchanged meanwhile: {seen}")

    # The same at the very moment in which it counts: behind the look at the link, until the file is open.
    if os.environ.get("LIVEPATCH_SANITIZE"):
        print("skipped: nothing can be preloaded into a sanitized tool")
    else:
        swap.unlink()
        swap.symlink_to("good")
        environment = {**os.environ, "LD_PRELOAD": str(buildLibrary("exchange.c", "exchange.so", padding=False)),
                       "EXCHANGED": str(swap), "MINE": "good", "OTHERS": "bad"}
        done = subprocess.run([BIN / "livepatch", "check", "--pid", str(program.pid), swap / "p"], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, env=environment)
        check(done.returncode == EXIT["done"] and "function: value" in done.stdout,
              f"a link that changes: {done.stdout}")
        check("exchanged" in done.stdout, f"nothing was exchanged: {done.stdout}")
    program.expect("?", "1 1 1", "after all of it")

# Without privileges the same files are fine: one can only reach one's own processes.
folder = copyTo(WORK / "free" / "p")
folder.chmod(0o777)
(folder / "trusted.so").chmod(0o666)
own = {"user": OTHER, "group": OTHER, "extra_groups": []}
program = subprocess.Popen([target], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **own)
try:
    done = subprocess.run([BIN / "livepatch", "apply", "--pid", str(program.pid), folder], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=60, check=False, **own)
    check(done.returncode == 0, f"as a user: {done.stdout}")
except PermissionError as problem:
    print(f"user {OTHER} cannot run what is here: {problem}")
finally:
    program.kill()
    program.communicate()
