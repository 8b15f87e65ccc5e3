#!/usr/bin/env python3
"""Tries changes of real programs: what patchbuild says of each, against a fresh build and a running process.

usage: corpus.py [--work DIR] [--count N] [--seed N] [--only NAME]... [--fixes] [--quick] [--table] [--mirror URL]
                 PROGRAM...

Changes are the program's fixes that Debian ships (--fixes), or pseudo-commits cut out of the difference to a later
release. What was tried stays in the work folder and is not tried again.
Exit code: 0 everything as it should be, 1 something is not, 2 usage."""

import argparse
import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys

from hunks import pseudoCommits
from programs import PROGRAMS
from trees import Archive, sourcePart, TreeError
from trial import Base, tryChange

BAD = ("failed", "does-not-fit", "usage", "hangs")


class Tools:
    def __init__(self):
        self.patchbuild, self.livepatch, self.clang = map(self.find, ("patchbuild", "livepatch", "livepatch-clang"))

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


def isSuspicious(result):
    outcome, alive = result["outcome"], result.get("live", "ok")
    return (outcome in BAD or outcome.startswith("crash") or bool(result.get("missing")) or bool(result.get("surplus"))
            or alive not in ("ok", "ok-seen", "no-service"))


def line(name, result):
    parts = [f"{result['outcome']:<14}", f"{name:<28}"]
    if "reported" in result:
        parts.append(f"{result['reported']}/{result['changed']} functions, {result['seconds']} s")
    for key in ("rules", "warnings", "missing", "surplus"):
        if result.get(key):
            parts.append(f"{key}: {' '.join(result[key][:6])}" + (" ..." if len(result[key]) > 6 else ""))
    if result.get("live") not in (None, "ok", "no-service"):
        parts.append(result["live"])
    return "  ".join(parts)


def table(results):
    built = [r for r in results if r["outcome"] != "does-not-build"]
    counts = collections.Counter(r["outcome"] for r in built)
    out = [f"{len(results)} changes, {len(built)} of them build"]
    out += [f"  {count:5} {100 * count / len(built):5.1f} %  {outcome}" for outcome, count in counts.most_common()]
    patches = sorted(r["reported"] for r in built if r["outcome"] == "patch")
    if patches:
        out.append(f"functions in a patch: median {patches[len(patches) // 2]}, 90 % {patches[len(patches) * 9 // 10]}")
    for title, key in (("refused by", "rules"), ("warnings", "warnings")):
        of = collections.Counter(word for r in built for word in r.get(key, []))
        out.append(f"{title}: " + ", ".join(f"{word} {count}" for word, count in of.most_common()))
    out.append("live: " + ", ".join(f"{word} {count}" for word, count in collections.Counter(
        r["live"] for r in built if "live" in r).most_common()))
    out.append(f"suspicious: {sum(map(isSuspicious, built))}")
    return "\n".join(out)


def changesOf(program, options, archive, source, before):
    if options.fixes:
        for name in program.fixes:
            text = (source / "debian" / "patches" / name).read_text(errors="surrogateescape")
            yield pathlib.PurePath(name).stem, sourcePart(text)
        return
    newer = archive.source(program.newer)
    yield from pseudoCommits(before, newer, program.folders, options.count, options.seed)


def runProgram(program, options, tools):
    archive = Archive(options.work, options.mirror)
    source = archive.source(program.source)
    work = options.work / program.name
    work.mkdir(exist_ok=True)
    base = Base(program, work, tools)
    if options.quick:
        base.makeTarget(source)
    else:
        base.make(source)
    results = []
    for name, text in changesOf(program, options, archive, source, base.tree):
        if options.only and name not in options.only:
            continue
        folder = work / ("quick" if options.quick else "trials") / name
        kept = folder / "result.json"
        if kept.is_file() and not options.only:
            result = json.loads(kept.read_text())
        elif options.table:
            continue
        else:
            patch = work / "change.patch"
            patch.write_text(text, errors="surrogateescape")
            result = tryChange(base, folder, patch, quick=options.quick)
            shutil.copy(patch, folder / "change.patch")
            kept.write_text(json.dumps(result, indent=1))
            print(line(name, result), flush=True)
        results.append(result)
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="+", choices=sorted(PROGRAMS))
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("corpus-work"))
    parser.add_argument("--count", type=int, default=100, help="pseudo-commits for each program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", help="try this change again")
    parser.add_argument("--fixes", action="store_true", help="the fixes, instead of pseudo-commits")
    parser.add_argument("--quick", action="store_true", help="verdicts only: no fresh build, no running process")
    parser.add_argument("--table", action="store_true", help="try nothing, show what was tried")
    parser.add_argument("--mirror", default="http://deb.debian.org")
    options = parser.parse_args()
    options.work = options.work.absolute()
    options.work.mkdir(parents=True, exist_ok=True)
    tools, suspicious = Tools(), False
    for name in options.program:
        try:
            results = runProgram(PROGRAMS[name], options, tools)
        except (TreeError, RuntimeError) as error:
            raise SystemExit(f"{name}: {error}") from None
        if results:
            print(f"\n{name}: {table(results)}\n", flush=True)
        suspicious |= any(map(isSuspicious, results))
    return 1 if suspicious else 0


if __name__ == "__main__":
    sys.exit(main())
