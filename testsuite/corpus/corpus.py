#!/usr/bin/env python3
"""Tries changes of real programs: what patchbuild says of each, against a fresh build and a running process.

usage: corpus.py [--work DIR] [--archive DIR] [--count N] [--seed N] [--headers SHARE] [--jobs N] [--only NAME]...
                 [--again] [--fixes | --whole] [--quick] [--table] [--mirror URL] [PROGRAM]...

Changes are the program's fixes that Debian ships (--fixes), or pseudo-commits cut out of the difference to a later
release. What was tried stays in the work folder and is not tried again (--again: unless it was suspicious).
Exit code: 0 everything as it should be, 1 something is not, 2 usage."""

import argparse
import dataclasses
import fcntl
import json
import os
import pathlib
import shutil
import subprocess
import sys

import table
from hunks import pseudoCommits, wholeFiles
from programs import PROGRAMS
from trees import Archive, fixesIn, sourcePart, TreeError
from trial import Base, isSuspicious, tryChange


class Tools:
    def __init__(self):
        self.patchbuild, self.livepatch, self.clang, self.clangxx = map(
            self.find, ("patchbuild", "livepatch", "livepatch-clang", "livepatch-clang++"))

    @staticmethod
    def find(name):
        folder = os.environ.get("LIVEPATCH_BIN")
        found = shutil.which(name, path=folder) if folder else shutil.which(name)
        if not found:
            raise SystemExit(f"{name} not found: set LIVEPATCH_BIN to the folder of the built tools")
        return str(pathlib.Path(found).absolute())

    def identity(self):
        return subprocess.run([self.clang, "--livepatch-identity"], stdout=subprocess.PIPE, text=True, cwd="/",
                              check=True).stdout


def changesOf(program, options, archive, source, base):
    names = [name for name in base.sources() if not any(part in name for part in program.skip)]
    if options.fixes:
        for name in program.fixes:
            text = sourcePart((source / "debian" / "patches" / name).read_text(errors="surrogateescape"))
            # Those of test programs and tools beside the artefact teach nothing.
            if any(line.startswith("+++ ") and line.split()[1].partition("/")[2] in names
                   for line in text.splitlines()):
                yield pathlib.PurePath(name).stem, text
        return
    if not program.newer:
        raise TreeError("Debian's archive has no later release to compare with: try --fixes")
    newer = archive.source(program.newer)
    if options.whole:
        yield from wholeFiles(base.tree, newer, names, 5 * options.count, options.seed)
    else:
        yield from pseudoCommits(base.tree, newer, names, 5 * options.count, options.seed, options.headers)


def runProgram(program, options, tools):
    archive = Archive(options.archive or options.work, options.mirror)
    source = archive.source(program.source)
    if options.fixes and not program.fixes:
        fixes = fixesIn(source, options.work / f"{program.name}.scratch")
        program = dataclasses.replace(program, name=f"{program.name}-fixes", fixes=fixes)
    work = options.work / program.name
    work.mkdir(exist_ok=True)
    with (work / "lock").open("w") as lock:
        # Two runs in one tree would take each other's changes for their own.
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RuntimeError(f"another run is in {work}") from None
        base = Base(program, work, tools, options.jobs)
        base.make(source)
        return tryChanges(base, options, changesOf(program, options, archive, source, base))


def tryChanges(base, options, changes):
    results = []
    for name, text in changes:
        if options.only and name not in options.only:
            continue
        folder = base.work / ("quick" if options.quick else "trials") / name
        saved = folder / "result.json"
        result = json.loads(saved.read_text()) if saved.is_file() else None
        if result is None or options.only or (options.again and isSuspicious(result)):
            patch = base.work / "change.patch"
            patch.write_text(text, errors="surrogateescape")
            result = tryChange(base, folder, patch, quick=options.quick)
            shutil.copy(patch, folder / "change.patch")
            saved.write_text(json.dumps(result, indent=1))
            print(table.line(base.program.name, name, result), flush=True)
        results.append(result)
        if sum(r["outcome"] != "does-not-build" for r in results) == options.count and not options.fixes:
            break
    return results


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="*", help=", ".join(sorted(PROGRAMS)))
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("corpus-work"))
    parser.add_argument("--archive", type=pathlib.Path, help="where the sources are (default: the work folder)")
    parser.add_argument("--count", type=int, default=100, help="pseudo-commits for each program, of those that build")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--headers", type=float, default=0.25, help="share of the changes of headers that is tried")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--only", action="append", help="try this change again")
    parser.add_argument("--again", action="store_true", help="try those again that were suspicious")
    parser.add_argument("--fixes", action="store_true", help="the fixes, instead of pseudo-commits")
    parser.add_argument("--whole", action="store_true", help="all that changed in one file at once")
    parser.add_argument("--quick", action="store_true", help="verdicts only: no fresh build, no running process")
    parser.add_argument("--table", action="store_true", help="try nothing, show what was tried")
    parser.add_argument("--mirror", default="http://deb.debian.org")
    options = parser.parse_args()
    if unknown := set(options.program) - PROGRAMS.keys():
        parser.error(f"no such program: {' '.join(sorted(unknown))}")
    if not options.program and not options.table:
        parser.error("which program?")
    options.work = options.work.absolute()
    options.work.mkdir(parents=True, exist_ok=True)
    return options


def kept(work, programs):
    """What was tried in this work folder, of these programs or all."""
    out = {}
    for path in sorted(work.glob("*/trials/*/result.json")):
        name = path.parts[-4]
        if not programs or name.removesuffix("-fixes") in programs:
            out.setdefault(name, []).append(json.loads(path.read_text()))
    return out


def main():
    options = parse()
    if options.table:
        print(table.markdown(kept(options.work, options.program)))
        return 0
    tools, tried = Tools(), {}
    for name in options.program:
        try:
            tried[name] = runProgram(PROGRAMS[name], options, tools)
        except (TreeError, RuntimeError) as error:
            print(f"{name}: {error}", file=sys.stderr, flush=True)
            tried[name] = None
    print("\n" + table.markdown(tried), flush=True)
    broken = [name for name, results in tried.items() if results is None]
    return 1 if broken or any(isSuspicious(result) for results in tried.values() for result in results or ()) else 0


if __name__ == "__main__":
    sys.exit(main())
