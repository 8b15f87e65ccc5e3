#!/usr/bin/env python3
"""How long a running thread of the target stands still while a patch goes on: the promise of "no stop" in figures.

The target has one thread that reads the clock without end, and sleeping ones. Measured in the same run, in turn: nothing
(the machine's own gaps), a bare stop of all threads in the same order (the floor of every tool that stops), `livepatch
check`, which reads the same and touches no thread (the floor of a command that stops nobody), livepatch with
`--consistency function` and `stack` and patches of 1, 100 and 10,000 functions, and gdb doing the same by hand. Each
application is the first in a fresh process. The promise: at `function` within 1.5x of a check; at `stack` within 1.5x of the
bare stop; 10,000 functions within 1.2x of one. Exit code 1 where a median is over."""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "pause"))
from plot import plot  # noqa: E402
from subject import Subject, tool  # noqa: E402
from subjects import plainCompiler  # noqa: E402
from tables import spread, table, write  # noqa: E402

OVER_FLOOR, OVER_ONE = 1.5, 1.2
SIZES = [1, 100, 10_000]


def timed(command):
    begin = time.monotonic()
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return 1000 * (time.monotonic() - begin), done.stdout


class Figures:
    """All of one way to do it with one number of threads, in ms."""

    def __init__(self):
        self.gaps, self.idle, self.stops, self.sleepersStops, self.commands, self.revertGaps = [], [], [], [], [], []


def measureLivepatch(running, figures, patch, consistency):
    def command(*words):
        return timed([tool("livepatch"), *words, "--json", "--pid", running.process.pid])

    gap, (took, report) = running.gapDuring(lambda: command("apply", patch, "--consistency", consistency))
    stops = json.loads(report)["processes"][0]["stops"]
    figures.gaps.append(gap)
    figures.commands.append(took)
    figures.stops.append(stops["longest-of-running-us"] / 1000)
    figures.sleepersStops.append(stops["longest-of-sleeping-us"] / 1000)
    figures.revertGaps.append(running.gapDuring(lambda: command("revert", patch.name.replace("patch", "pause")))[0])
    # The machine's own gaps, in a window as long as the command.
    figures.idle.append(running.gapDuring(lambda: time.sleep(took / 1000))[0])


def measureBareStop(running, figures, program):
    gap, (took, text) = running.gapDuring(lambda: timed([program, running.process.pid]))
    figures.gaps.append(gap)
    figures.commands.append(took)
    figures.stops.append(int(text) / 1e6)
    figures.idle.append(running.gapDuring(lambda: time.sleep(took / 1000))[0])


def measureCheck(running, figures, patch):
    gap, (took, _) = running.gapDuring(lambda: timed([tool("livepatch"), "check", "--pid", running.process.pid, patch]))
    figures.gaps.append(gap)
    figures.commands.append(took)


def measureGdb(running, figures, library):
    """The function's beginning becomes a jump to the new one: movabs $new, %rax; jmp *%rax."""
    steps = [f'set $library = ((void *(*)(const char *, int)) dlopen)("{library}", 2)',
             'set $new = ((void *(*)(void *, const char *)) dlsym)($library, "by_hand")',
             "set *(unsigned short *) &f0 = 0xb848", "set *(long *) ((char *) &f0 + 2) = (long) $new",
             "set *(unsigned short *) ((char *) &f0 + 10) = 0xe0ff"]
    command = ["gdb", "-nx", "-batch", "-p", running.process.pid]
    for step in steps:
        command += ["-ex", step]
    gap, (took, _) = running.gapDuring(lambda: timed(command))
    figures.gaps.append(gap)
    figures.commands.append(took)


def measure(subject, counts, rounds):
    ways = ["bare stop", "check", "function, 1", *(f"stack, {size}" for size in SIZES), "gdb"]
    figures = {(count, way): Figures() for count in counts for way in ways}
    for _ in range(rounds):
        for count in counts:
            for way in ways:
                with subject.start(count) as running:
                    into = figures[count, way]
                    if way == "bare stop":
                        measureBareStop(running, into, subject.bareStop)
                    elif way == "check":
                        measureCheck(running, into, subject.patches[1])
                    elif way == "gdb":
                        measureGdb(running, into, subject.byHand)
                    else:
                        consistency, size = way.split(", ")
                        measureLivepatch(running, into, subject.patches[int(size)], consistency)
        print(".", end="" if sys.stdout.isatty() else "\n", flush=True)
    return ways, figures


def ratios(values):
    return " / ".join(f"{value:.2f}" for value in values)


def promise(what, bar, values):
    return f"{what}, by number of threads", f"{bar} x", ratios(values), max(values) <= bar


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 16, 128, 1000])
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/bench"))
    parser.add_argument("--rounds", type=int, default=11)
    options = parser.parse_args()
    work = options.work.absolute()
    subject = Subject(work / "pause", SIZES, plainCompiler(work))
    ways, figures = measure(subject, options.threads, options.rounds)

    kept, stops, tools, reached = True, [], [], {"floor": [], "one": [], "function": []}
    for count in options.threads:
        of = {way: figures[count, way] for way in ways}
        median = {way: statistics.median(of[way].gaps) for way in ways}
        overFloor, overOne = median["stack, 1"] / median["bare stop"], median["stack, 10000"] / median["stack, 1"]
        overCheck = median["function, 1"] / median["check"]
        fine = max(overFloor, overCheck) <= OVER_FLOOR and overOne <= OVER_ONE
        for name, ratio in (("floor", overFloor), ("one", overOne), ("function", overCheck)):
            reached[name].append(ratio)
        kept = kept and fine
        idle = [gap for way in ways for gap in of[way].idle]
        stops.append([count, spread(idle, "{:.3f}"), *(spread(of[way].gaps, "{:.3f}") for way in ways), f"{overCheck:.2f}",
                      f"{overFloor:.2f}", f"{overOne:.2f}", "yes" if fine else "NO"])
        for way in ways:
            tools.append([count, way, spread(of[way].stops, "{:.3f}") if of[way].stops else "",
                          spread(of[way].sleepersStops, "{:.3f}") if of[way].sleepersStops else "",
                          spread(of[way].commands, "{:.1f}"),
                          spread(of[way].revertGaps, "{:.3f}") if of[way].revertGaps else ""])
    picture = options.work / "pause.svg"
    plot(picture, options.threads, {way: {count: figures[count, way].gaps for count in options.threads} for way in ways}
         | {"idle": {count: [gap for way in ways for gap in figures[count, way].idle] for count in options.threads}})
    write(options.work / "pause.md", "Stops of the target",
          f"Medians (smallest to largest) of {options.rounds} applications, each the first in a fresh process. Plot: {picture.name}\n",
          "Longest time in ms for which a running thread of the target stood still:\n",
          table(["threads", "idle", *ways, "function, 1 / check", "stack, 1 / bare stop", "10000 / 1", "kept"], stops),
          "The tool's own clock (ms): how long it held running and sleeping threads, and the whole command; and the longest gap "
          "while the patch was reverted:\n",
          table(["threads", "way", "running held", "sleeping held", "command", "gap at revert"], tools),
          promises=[promise("gap at `function`, one function, over one at `livepatch check`, which touches no thread", OVER_FLOOR,
                            reached["function"]),
                    promise("stop of a running thread at `stack`, over a bare stop", OVER_FLOOR, reached["floor"]),
                    promise("stop of 10,000 functions, over one", OVER_ONE, reached["one"])])
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
