#!/usr/bin/env python3
"""What a call of a patched function costs more than one of the same function unpatched.

A function that only adds a constant is called in a loop, in a program built plainly, in one built patchable, with the patch
applied (its new code adds another constant) and after it was reverted. All in one process and in turn; each figure is the
quickest of five loops. The promise: at most 0.6 ns more in the patched function than in the same patchable program before.
Exit code 1 where the median is over."""

import argparse
import pathlib
import shutil
import statistics
import subprocess
import sys

from subjects import plainCompiler, tool
from tables import spread, table, write

HERE = pathlib.Path(__file__).resolve().parent
BAR = 0.6
OLD, NEW = 1, 2  # what the function adds
STATES = {"plain build": OLD, "patchable": OLD, "patched": NEW, "reverted": OLD}


def run(*command, **more):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}")


class Program:
    def __init__(self, executable, calls):
        self.process = subprocess.Popen([executable, str(calls)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def measure(self, answer):
        """Dependent and independent calls, in ns."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        dependent, independent, got = self.process.stdout.readline().split()
        if int(got) != answer:
            raise SystemExit(f"the function adds {got} instead of {answer}")
        return float(dependent), float(independent)


def build(work, plain):
    base, new = work / "base", work / "new"
    shutil.rmtree(work, ignore_errors=True)
    for tree, text in ((base, "1"), (new, "2")):
        tree.mkdir(parents=True)
        source = (HERE / "call" / "target.c").read_text()
        (tree / "target.c").write_text(source.replace("#define ADDEND 1", f"#define ADDEND {text}"))
    flags = ["-O2", "-Wl,--build-id"]
    run(plain, *flags, "-o", "plain", "target.c", cwd=base)
    run(tool("livepatch-clang"), *flags, "-o", "target", "target.c", cwd=base)
    run(tool("patchbuild"), "create", "--target", base / "target", "--source-root", base, "--new-tree", new, "--name", "call-cost",
        "-o", work / "patch")
    return base / "plain", base / "target", work / "patch"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/bench"))
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--calls", type=int, default=20_000_000, help="in each loop")
    options = parser.parse_args()
    work = options.work.absolute()
    plain, target, patch = build(work / "call", plainCompiler(work))
    figures = {state: ([], []) for state in STATES}

    def note(state, program):
        for values, value in zip(figures[state], program.measure(STATES[state])):
            values.append(value)

    with Program(plain, options.calls) as plainly, Program(target, options.calls) as program:
        pid = program.process.pid
        note("patchable", program)  # before it was ever patched
        for _ in range(options.rounds):
            note("plain build", plainly)
            run(tool("livepatch"), "apply", "--pid", pid, patch)
            note("patched", program)
            run(tool("livepatch"), "revert", "--pid", pid, "call-cost")
            note("reverted", program)
            with Program(target, options.calls) as fresh:
                note("patchable", fresh)
    rows, reached, kept = [], [], True
    for kind, name in enumerate(("each needs the one before", "independent")):
        before = statistics.median(figures["patchable"][kind])
        more = {state: statistics.median(figures[state][kind]) - before for state in STATES}
        fine = more["patched"] <= BAR
        kept = kept and fine
        reached.append(f"{more['patched']:+.2f} ns ({name})")
        rows.append([name, *(spread(figures[state][kind], "{:.3f}") for state in STATES), f"{more['patched']:+.3f}",
                     f"{more['patchable'] - more['plain build']:+.3f}", "yes" if fine else "NO"])
    write(options.work / "call.md", "A call of a patched function",
          f"ns for one call, medians (smallest to largest) of {options.rounds} rounds; a loop has {options.calls:,} calls.\n",
          table(["calls", *STATES, "patched - patchable", "patchable - plain", f"kept (<= {BAR} ns)"], rows),
          promises=[("call of a patched function", f"+{BAR} ns", ", ".join(reached), kept)])
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
