#!/usr/bin/env python3
"""Flags that builds of the world use: the patch is made, nothing is written beside the build's own files, and the running
program takes it. What cannot be patched says so in its own words."""

import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bad_input import BIN, call, finish, freshWork  # noqa: E402
from patches import check  # noqa: E402

work = freshWork()
SOURCE = """#include <stdio.h>
#include <string.h>
__attribute__((noinline)) int step(int x)
{
    char digits[64];
    snprintf(digits, sizeof digits, "%d", x);
    return (int)strlen(digits) + x;
}
int main(void)
{
    char line[64];
    while (fgets(line, sizeof line, stdin)) {
        printf("%d\\n", step((int)strlen(line)));
        fflush(stdout);
    }
    return 0;
}
"""
FIX = "--- a/a.c\n+++ b/a.c\n@@ -7 +7 @@\n-    return (int)strlen(digits) + x;\n+    return (int)strlen(digits) - x;\n"
PATCHED = [
    "", "-O0 -g", "-Oz", "-g3 -gdwarf-4 -gz", "-g -gsplit-dwarf", "-march=x86-64-v2 -ffast-math", "-fno-plt", "-static", "-static-pie",
    "-fuse-ld=lld", "-fuse-ld=gold -Wl,--icf=safe", "-ffunction-sections -fdata-sections -Wl,--gc-sections,-z,now",
    "-g -O2 -ffile-prefix-map=/=. -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fcf-protection", "-fstack-usage",
    "-fno-asynchronous-unwind-tables", "-fomit-frame-pointer -momit-leaf-frame-pointer", "-finstrument-functions", "-pg",
    "-mcmodel=large", "-fvisibility=hidden -fno-semantic-interposition", "-fstack-clash-protection", "-ftime-trace",
    "-fpatchable-function-entry=8", "-MD -MF made.d", "--coverage", "-fsanitize=undefined", "-fsanitize=thread",
    "-fsanitize=safe-stack",
]
REFUSED = ["-fsanitize=address,undefined", "-fprofile-generate", "-fprofile-instr-generate -fcoverage-mapping",
           "-fsanitize-coverage=trace-pc-guard"]
(work / "fix.patch").write_text(FIX)


def build(number, flags):
    """The folder of the program, or None where this compiler has no such thing (a runtime that is not installed)."""
    folder = work / str(number)
    folder.mkdir()
    (folder / "a.c").write_text(SOURCE)
    done = call(BIN / "livepatch-clang", *(["-O2"] + flags.split()), "-o", "program", "a.c", cwd=folder)
    return folder if done.returncode == 0 else None


def stamps(folder):
    return {path.name: (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.iterdir()}


def create(folder, out):
    return call(BIN / "patchbuild", "create", "--target", folder / "program", "--patch", work / "fix.patch", "-o", out, "--json",
                cwd=folder, stderr=subprocess.DEVNULL)


def ask(process):
    process.stdin.write("abc\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def tryLive(folder, out):
    with subprocess.Popen([folder / "program"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.DEVNULL) as process:
        answers = [ask(process)]
        applied = call(BIN / "livepatch", "apply", "--pid", process.pid, out)
        answers.append(ask(process))
        reverted = call(BIN / "livepatch", "revert", "--pid", process.pid, "fix")
        answers.append(ask(process))
        process.stdin.close()
    return answers == ["5", "-3", "5"], (answers, applied.stdout, reverted.stdout)


built = 0
for number, flags in enumerate(PATCHED):
    folder = build(number, flags)
    if not folder:
        print(f"skip [{flags}]: this compiler cannot build it")
        continue
    built += 1
    before, out = stamps(folder), work / f"out-{number}"
    done = create(folder, out)
    check(f"[{flags}] gives a patch", done.returncode == 0, done.stdout)
    check(f"[{flags}] nothing beside it was written", stamps(folder) == before, stamps(folder).keys() ^ before.keys())
    if done.returncode == 0:
        fine, why = tryLive(folder, out)
        check(f"[{flags}] the running program takes it", fine, why)
check("most kinds could be built here", built >= len(PATCHED) - 6, built)
for number, flags in enumerate(REFUSED, len(PATCHED)):
    folder = build(number, flags)
    if not folder:
        print(f"skip [{flags}]: this compiler cannot build it")
        continue
    done = create(folder, work / f"out-{number}")
    refusals = json.loads(done.stdout).get("refusals", [])
    check(f"[{flags}] is refused by name", done.returncode == 4 and [r["rule"] for r in refusals] == ["instrumented"],
          done.stdout)
    check(f"[{flags}] and the refusal says what, where, who, why and what to do",
          all(r["thing"] == "step" and r["place"] == "a.c:3" and r["users"] and r["why"] and r["remedy"] for r in refusals),
          done.stdout)
finish()
