#!/usr/bin/env python3
"""Debian's own fixes of Lua, SQLite and Redis: each patch must hold all that a fresh build of the fixed sources has
otherwise, and the base must be found to be what it is.

usage: run.py [--program redis] [--level -O2] [--fix NAME]

The fixed tree is what Debian ships; the base is that with one fix taken out. Runs with LIVEPATCH_FULL=1."""

import argparse
import os
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import fresh
import programs
from debian import SourceMissing, withoutFix


def isSource(path):
    return path.is_file() and path.suffix in (".c", ".h", ".cc", ".cpp")


def makeLike(base, tree):
    """Gives the sources of `base` the texts that they have in `tree`; what is equal keeps its time, and its object."""
    changed = []
    for path in tree.rglob("*"):
        copy = base / path.relative_to(tree)
        if isSource(path) and not (copy.is_file() and copy.read_bytes() == path.read_bytes()):
            shutil.copyfile(path, copy)
            changed.append(copy)
    for path in base.rglob("*"):
        if isSource(path) and not (tree / path.relative_to(base)).is_file():
            path.unlink()
            changed.append(path)
    return changed


def check(program, fix, work, base, fixed, executable, level):
    """The base: the fixed tree without one fix. Returns what went wrong, or an empty text."""
    without, unfixed = work / "source", work / "unfixed"
    for tree in (without, unfixed):
        shutil.rmtree(tree, ignore_errors=True)
    withoutFix(program.source(work), fix, without)
    program.prepare(without, unfixed)
    changed = makeLike(base, unfixed)
    target, compiled = program.build(base, level)
    print(f"     {fix}: {len(changed)} files differ, {len(compiled)} units compiled", flush=True)
    answer = fresh.ask(target, base, ["--new-tree", fixed], executable, ["--verify-base"])
    names = [f["name"] for f in answer.report.get("functions", []) if f["action"] != "new"]
    superfluous = answer.report.get("fresh", {}).get("superfluous", [])
    if not answer.isProved:
        return answer.explanation()
    print(f"ok   {program.name} {level} {fix}: {answer.verdict}, {', '.join(names)}"
          f"{'; superfluous: ' + ', '.join(superfluous) if superfluous else ''}", flush=True)
    for refusal in answer.report.get("refusals", []):
        print(f"     {refusal['rule']}: {refusal['thing']}")
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", action="append", choices=sorted(programs.PROGRAMS))
    parser.add_argument("--fix")
    parser.add_argument("--level", default="-O2", help='one or more flags: --level="-O2 -g"')
    options = parser.parse_args()
    if os.environ.get("LIVEPATCH_FULL") != "1" and not options.program:
        print("skipped: minutes of compiling; LIVEPATCH_FULL=1 runs it")
        return 77
    work = pathlib.Path(os.environ.get("LIVEPATCH_SCRATCH") or tempfile.mkdtemp(prefix="programs-")).resolve()
    failures = 0
    for name in options.program or sorted(programs.PROGRAMS):
        program = programs.PROGRAMS[name]
        place = work / f"fixes-{name}{options.level}"
        place.mkdir(parents=True, exist_ok=True)
        base, fixed = place / "base", place / "fixed"
        try:
            # Built in the base's folder, so that its objects serve both.
            if not base.exists():
                program.prepare(program.source(place), base)
            elif fixed.exists():
                makeLike(base, fixed)
            program.build(base, options.level)
            shutil.rmtree(fixed, ignore_errors=True)
            shutil.copytree(base, fixed, symlinks=True)
            executable = fixed / program.name
        except SourceMissing as missing:
            print(f"skipped: {missing}")
            return 77
        for fix in program.fixes:
            if options.fix and options.fix not in fix:
                continue
            try:
                wrong = check(program, fix, place, base, fixed, executable, options.level)
            except RuntimeError as error:  # it is mixed with a later one
                print(f"     {name} {fix}: {error}")
                continue
            if wrong:
                failures += 1
                print(f"FAIL {name} {options.level} {fix}\n{wrong}", flush=True)
    print(f"{failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
