#!/usr/bin/env python3
"""What a patch costs: `patchbuild create` against the plain compile of the units that it compiles, in the same run.

The promise: at most 1.3 times the plain compile, and half a second. Exit code 1 where it is not kept."""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

from subjects import programs, subjects, tool
from tables import spread, table, write

FACTOR, CONSTANT_S = 1.3, 0.5


def create(target, base, new, out, cache="none", folder=None):
    shutil.rmtree(out, ignore_errors=True)
    begin = time.monotonic()
    done = subprocess.run([tool("patchbuild"), "create", "--target", target, "--source-root", base, "--new-tree", new, "--name",
                           "fix", "-o", out, "--json", "--compiler-cache", cache], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                          env={**os.environ, **({"CCACHE_DIR": str(folder)} if folder else {})})
    took = time.monotonic() - begin
    if done.returncode not in (0, 3, 4):
        raise SystemExit(done.stdout + done.stderr)
    return took, json.loads(done.stdout[done.stdout.index("{"):])


def withoutPlugin(command):
    """The recorded arguments of the compiler, without our plugin and with an object as the outcome."""
    kept, words = [], iter(command)
    for word in words:
        if word in ("-load", "-plugin-arg-livepatch", "-o"):
            next(words)
        elif not word.startswith(("-fpass-plugin=", "-fplugin")):
            kept.append(word)
    return kept


def plainCompile(units, scratch):
    def one(numbered):
        number, unit = numbered
        programs.run([unit["compiler"]["executable"], *withoutPlugin(unit["command"]), "-w", "-o", scratch / f"{number}.o"],
                     unit["directory"])

    begin = time.monotonic()
    programs.inParallel(list(enumerate(units)), one)
    return time.monotonic() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", nargs="*", help="lua, sqlite, redis (default: all)")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/bench"))
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    options.work = options.work.absolute()
    rows, kept, worst = [], True, 0.0
    for subject in subjects(options.program or ["lua", "sqlite", "redis"], options.work):
        for fix, base, new in subject.fixes():
            target = subject.build(base)
            recorded = json.loads(subprocess.run([tool("patchbuild"), "map", target], stdout=subprocess.PIPE, check=True).stdout)
            _, report = create(target, base, new, subject.work / "out")  # a warm-up, and what is compiled
            units = [unit for unit in recorded["units"]
                     if os.path.relpath(os.path.join(unit["directory"], unit["source"]), base) in report["units"]]
            if not units:
                raise SystemExit(f"{subject.name}: none of {report['units']} is in the map")
            scratch = subject.work / "plain"
            scratch.mkdir(exist_ok=True)
            plain, patch, cold, warm = [], [], [], []
            cache = subject.work / "cache"
            for _ in range(options.rounds):
                plain.append(plainCompile(units, scratch))
                patch.append(create(target, base, new, subject.work / "out")[0])
                if shutil.which("ccache"):
                    shutil.rmtree(cache, ignore_errors=True)
                    cold.append(create(target, base, new, subject.work / "out", "ccache", cache)[0])
                    warm.append(create(target, base, new, subject.work / "out", "ccache", cache)[0])
            limit = FACTOR * statistics.median(plain) + CONSTANT_S
            fine = statistics.median(patch) <= limit
            kept = kept and fine
            worst = max(worst, statistics.median(patch) / limit)
            rows.append([f"{subject.name}, {fix[:44]}", report["verdict"], len(units), spread(plain), spread(patch),
                         f"{statistics.median(patch) / statistics.median(plain):.2f}", f"{limit:.2f}", "yes" if fine else "NO",
                         spread(cold) if cold else "-", spread(warm) if warm else "-"])
            print(rows[-1], flush=True)
    write(options.work / "patchbuild.md", "patchbuild create against the plain compile of the same units",
          f"Wall clock, s: median (smallest to largest) of {options.rounds} interleaved runs with {os.cpu_count()} processors. The bar: "
          f"{FACTOR} x the plain compile + {CONSTANT_S} s. Without a cache, then with --compiler-cache ccache, first empty, then filled.\n",
          table(["fix", "verdict", "units", "plain compile", "patchbuild create", "ratio", "bar", "kept", "empty ccache",
                 "filled ccache"], rows),
          promises=[("patchbuild create, share of the bar that it takes, worst of " + str(len(rows)) + " fixes",
                     f"{FACTOR} x the plain compile + {CONSTANT_S} s", f"{100 * worst:.0f} %", kept)])
    return 0 if kept and rows else 1


if __name__ == "__main__":
    sys.exit(main())
