#!/usr/bin/env python3
"""SIGINT, SIGTERM and SIGHUP end patchbuild and its compilers at once and leave nothing, SIGKILL leaves no compiler; two runs do not disturb each
other; progress is shown on a terminal and only there."""

import os
import pathlib
import pty
import shutil
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_input import BIN, finish, freshWork, must  # noqa: E402
from patches import check, defect, environment, seconds, start  # noqa: E402

UNITS = 4
# Slow to compile: the optimiser has much to do with each.
HEAVY = "".join(f"int f{{u}}_{i}(int *a, int n) {{{{ int s = {i}; for (int i = 0; i < n; ++i) s = s * 31 + a[i] % (i + {i + 1});"
                f" return s; }}}}\n" for i in range(120))

work = freshWork()
for name in ("base", "new"):
    (work / name).mkdir()
    for unit in range(UNITS):
        text = HEAVY.format(u=unit)
        (work / name / f"u{unit}.c").write_text(text if name == "base" else text.replace("s = 5;", "s = 55;"))
    (work / name / "main.c").write_text("int main(void) { return 0; }\n")
base = work / "base"
must(BIN / "livepatch-clang", "-O2", "-Wl,--build-id", "-o", "program", "main.c", *(f"u{u}.c" for u in range(UNITS)), cwd=base)
temporary = work / "temporary"
temporary.mkdir()
env = environment(TMPDIR=temporary, TERM="xterm")
words = ["create", "--target", base / "program", "--source-root", base, "--new-tree", work / "new", "--name", "fix"]


def children(pid):
    return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split() if pathlib.Path(f"/proc/{pid}").exists() else []


def compilers():
    """Programs that run in one of our folders."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and str(temporary) in (entry / "cmdline").read_bytes().decode(errors="replace"):
                found.append(entry.name)
        except OSError:
            continue
    return found


def isAnalysis(pid):
    """A compile, not the short look that only preprocesses."""
    try:
        return b"-emit-llvm-bc" in (pathlib.Path("/proc") / pid / "cmdline").read_bytes()
    except OSError:
        return False


process = start(*words, "-o", work / "whole", env=env)
said, _ = process.communicate(timeout=120)
check("a whole run", process.returncode == 0 and defect(work / "whole") is None, said)
check("no progress in a pipe", "\r" not in said and "\033" not in said, said)

for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    process = start(*words, "-o", work / "out", env=env)
    deadline = time.monotonic() + 60
    while not compilers() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(number)
    said, _ = process.communicate(timeout=120)
    check(f"{number.name} ends it", process.returncode != 0 and f"signal {int(number)}" in said, (process.returncode, said))
    check(f"{number.name} ends the compilers", not compilers(), compilers())
    check(f"{number.name} leaves nothing", not (work / "out").exists() and not list(temporary.iterdir()),
          list(temporary.iterdir()))

# Nobody can clean up on SIGKILL, but a compiler must not go on for nobody, nor one that a cache has started.
for cache in ("none", *(["ccache"] if shutil.which("ccache") else [])):
    process = start(*words, "-o", work / "out", "--compiler-cache", cache, env={**env, "CCACHE_DIR": str(work / "cache")})
    deadline = time.monotonic() + 60
    while not [pid for pid in compilers() if isAnalysis(pid)] and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    ran = [pid for pid in compilers() if isAnalysis(pid)]
    process.kill()
    process.communicate(timeout=120)
    deadline = time.monotonic() + 1
    while compilers() and time.monotonic() < deadline:
        time.sleep(0.005)
    check(f"SIGKILL ends the compilers, cache: {cache}", ran and not compilers(), (ran, compilers()))
seconds(*words, "-o", work / "out", env=env)
check("the next run tidies up", not list(temporary.iterdir()), list(temporary.iterdir()))
shutil.rmtree(work / "out")

# One OUT for two, and two at once.
runs = [start(*words, "-o", work / out, env=env) for out in ("same", "same", "one", "two")]
for run in runs:
    said, _ = run.communicate(timeout=240)
    check("one of several runs at once", run.returncode == 0, said)
for out in ("same", "one", "two"):
    check(f"the output \"{out}\" is complete", defect(work / out) is None, defect(work / out))
    check(f"the output \"{out}\" is the same", (work / out / "fix.so").read_bytes() == (work / "whole" / "fix.so").read_bytes())
check("nothing is left beside them", not list(work.glob(".*")), list(work.glob(".*")))

pid, terminal = pty.fork()
if pid == 0:
    os.execve(BIN / "patchbuild", ["patchbuild", *map(str, words), "-o", str(work / "shown")], env)
shown = b""
while True:
    try:
        some = os.read(terminal, 65536)
    except OSError:
        break
    if not some:
        break
    shown += some
os.waitpid(pid, 0)
check("progress on a terminal", f"[{UNITS}/{UNITS}]".encode() in shown, shown)
finish()
