#!/usr/bin/env python3
"""What the plugin costs: processor time of a whole build, size of the text, and the speed of the padded program.

Builds and runs with and without it are interleaved. The promise: build and text at most +5 %, speed within the noise.
Exit code 1 where build or text are over."""

import argparse
import pathlib
import shutil
import statistics
import subprocess
import sys

from subjects import cpuSeconds, plainCompiler, subjects
from tables import percent, spread, table, write
from workloads import WORKLOADS

LIMIT = 1.05


def textBytes(program):
    """All sections that are executed."""
    done = subprocess.run(["size", "-A", program], stdout=subprocess.PIPE, text=True, check=True)
    rows = [line.split() for line in done.stdout.splitlines()]
    return sum(int(row[1]) for row in rows if row and row[0] in (".text", ".init", ".fini", ".plt", ".plt.got", ".plt.sec"))


def measureBuild(subject, plain, rounds):
    cost, programs = {"plain": [], "patchable": []}, {}
    for _ in range(rounds):
        for kind, compiler in (("plain", plain), ("patchable", None)):
            tree = subject.tree(kind)
            begin = cpuSeconds()
            programs[kind] = subject.build(tree, compiler)
            cost[kind].append(cpuSeconds() - begin)
    return cost, programs


def measureRun(workload, programs, rounds):
    results = {kind: [] for kind in programs}
    for kind in programs:
        workload(programs[kind])  # warm caches
    for number in range(rounds):
        # In turn first: what the one leaves in caches and clocks must not always meet the other.
        for kind in (list(programs) if number % 2 else list(reversed(programs))):
            results[kind].append(workload(programs[kind]))
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", nargs="*", help="lua, sqlite, redis, c++ (default: all)")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/bench"))
    parser.add_argument("--rounds", type=int, default=5, help="builds of each kind")
    parser.add_argument("--runs", type=int, default=9, help="runs of each workload")
    options = parser.parse_args()
    work = options.work.absolute()
    plain = plainCompiler(work)
    builds, runs, kept, worst = [], [], True, [0.0, 0.0]
    for subject in subjects(options.program or ["lua", "sqlite", "redis", "c++"], work):
        cost, programs = measureBuild(subject, plain, options.rounds)
        ratios = [with_ / without for with_, without in zip(cost["patchable"], cost["plain"])]
        # The medians decide: a single pair may meet a busy moment.
        ratio = statistics.median(cost["patchable"]) / statistics.median(cost["plain"])
        text = {kind: textBytes(program) for kind, program in programs.items()}
        growth = text["patchable"] / text["plain"]
        fine = ratio <= LIMIT and growth <= LIMIT
        worst = [max(worst[0], ratio), max(worst[1], growth)]
        kept = kept and fine
        builds.append([subject.name, spread(cost["plain"]), spread(cost["patchable"]), f"{100 * (ratio - 1):+.1f} %",
                       percent(ratios), text["plain"], f"{100 * (growth - 1):+.1f} %", "yes" if fine else "NO"])
        print(builds[-1], flush=True)
        for name, workload in WORKLOADS.get(subject.name, {}).items():
            results = measureRun(workload, programs, options.runs)
            pairs = [with_ / without for with_, without in zip(results["patchable"], results["plain"])]
            noise = [value / statistics.median(results["plain"]) for value in results["plain"]]
            runs.append([name, spread(results["plain"]), spread(results["patchable"]),
                         f"{100 * (statistics.median(results['patchable']) / statistics.median(results['plain']) - 1):+.1f} %",
                         percent(pairs), percent(noise)])
            print(runs[-1], flush=True)
    version = subprocess.run([plain, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()[0]
    write(work / "plugin.md", "What the plugin costs",
          f"{version}, -O2. Median (smallest to largest).\n\n## Whole builds: processor time, s, and text\n\nThe bar: +5 % each, of the "
          "medians.\n",
          table(["program", "plain", "patchable", "cost", "cost of each pair", "text, bytes", "text growth", "kept"], builds),
          "\n## Speed of the padded program\n\nProcessor time, s; redis-benchmark: microseconds a request. The last column is what "
          "plain runs differ from their own median.\n",
          table(["workload", "plain", "padded", "cost", "cost of each pair", "noise"], runs),
          promises=[(f"{what}, worst of {', '.join(row[0] for row in builds)}", "+5 %", f"{100 * (value - 1):+.1f} %", value <= LIMIT)
                    for what, value in zip(("plugin while building, processor time", "text"), worst)])
    shutil.rmtree(work / "probe", ignore_errors=True)
    return 0 if kept and builds else 1


if __name__ == "__main__":
    sys.exit(main())
