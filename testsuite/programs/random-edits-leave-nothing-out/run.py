#!/usr/bin/env python3
"""Hundreds of small random edits of real programs: each patch must hold all that a fresh build has otherwise.

usage: run.py [--program lua] [--count 100] [--seed 1] [--only SEED] [--level -O2]

One edit: a copy of the program is changed in one place or a few, compiled as far as that goes, linked; patchbuild is
asked for the patch from the old program and compares it with the new one, machine code with machine code. Runs with
LIVEPATCH_FULL=1; an edit that fails is kept in the scratch folder under its seed."""

import argparse
import collections
import difflib
import os
import pathlib
import random
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import fresh
import mutation
import programs
from debian import SourceMissing


# A large one costs much time here and finds nothing that these do not.
MUTATED = ("jsoncpp", "lua", "sqlite")


class Workshop:
    """The old program, and the copy of it that each edit changes and puts back."""

    def __init__(self, program, work, level):
        self.program, self.level = program, level
        self.base, self.edited = work / f"{program.name}{level}" / "base", work / f"{program.name}{level}" / "edited"
        self.keep = work / f"{program.name}{level}" / "failed"
        if not self.base.exists():
            program.prepare(program.source(work), self.base)
        self.target, _ = program.build(self.base, level)
        shutil.rmtree(self.edited, ignore_errors=True)
        shutil.copytree(self.base, self.edited)
        files = (path.relative_to(self.base) for path in self.base.rglob("*") if path.is_file())
        units = set(program.units(self.base))
        self.files = sorted(str(name) for name in files if str(name) in units or name.suffix in (".h", ".inl"))

    def edit(self, seed):
        """Returns (file, kinds, answer); an answer of None: it did not compile."""
        chance = random.Random(f"{self.program.name} {seed}")
        headers = [name for name in self.files if name.endswith((".h", ".inl"))]
        units = [name for name in self.files if name not in headers]
        name = chance.choice(headers) if headers and chance.random() < 0.12 else chance.choice(units)
        old = (self.base / name).read_text(errors="surrogateescape")
        new, kinds = mutation.mutate(old, chance, name in headers, self.program.cxx)
        if not kinds:
            return name, kinds, None
        compiled = []
        try:
            (self.edited / name).write_text(new, errors="surrogateescape")
            try:
                executable, compiled = self.program.build(self.edited, self.level)
            except programs.BuildFailed:
                return name, kinds, None
            patch = self.edited.parent / f"edit-{seed}.patch"
            patch.write_text("".join(difflib.unified_diff(old.splitlines(True), new.splitlines(True), f"a/{name}",
                                                          f"b/{name}")), errors="surrogateescape")
            answer = fresh.ask(self.target, self.base, ["--patch", patch], executable)
            if not answer.isProved:
                self.keep.mkdir(exist_ok=True)
                shutil.copy(patch, self.keep)
                shutil.copy(executable, self.keep / f"fresh-{seed}")
            patch.unlink()
            return name, kinds, answer
        finally:
            self.putBack(name)

    def putBack(self, name):
        (self.edited / name).unlink(missing_ok=True)
        for path in self.base.rglob("*"):
            copy = self.edited / path.relative_to(self.base)
            if path.is_file() and not (copy.exists() and copy.stat().st_mtime_ns == path.stat().st_mtime_ns):
                shutil.copy2(path, copy)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", action="append", choices=sorted(programs.PROGRAMS))
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1, help="the first one")
    parser.add_argument("--only", type=int)
    parser.add_argument("--level", default="-O2", help='one or more flags: --level="-O2 -g"')
    options = parser.parse_args()
    if os.environ.get("LIVEPATCH_FULL") != "1" and not options.program:
        print("skipped: minutes of compiling; LIVEPATCH_FULL=1 runs it")
        return 77
    work = pathlib.Path(os.environ.get("LIVEPATCH_SCRATCH") or tempfile.mkdtemp(prefix="programs-")).resolve()
    failures, verdicts, byKind = 0, collections.Counter(), collections.Counter()
    for name in options.program or MUTATED:
        try:
            workshop = Workshop(programs.PROGRAMS[name], work, options.level)
        except SourceMissing as missing:
            print(f"skipped: {missing}")
            return 77
        seeds = [options.only] if options.only else range(options.seed, options.seed + options.count)
        for seed in seeds:
            file, kinds, answer = workshop.edit(seed)
            what = f"{name} {seed} {file} {'+'.join(kinds)}"
            if answer is None:
                verdicts["not compiled"] += 1
                continue
            verdicts[answer.verdict] += 1
            superfluous = len(answer.report.get("fresh", {}).get("superfluous", []))
            changed = [f["name"] for f in answer.report.get("functions", []) if f["action"] != "new"]
            note = f" {len(changed)} functions" + (f", {superfluous} superfluous" if superfluous else "")
            verdicts["superfluous functions"] += superfluous
            note += "".join(f", {r['rule']} {r['thing']}" for r in answer.report.get("refusals", [])[:3])
            if answer.isProved:
                print(f"ok   {what}: {answer.verdict}{note}", flush=True)
            else:
                failures += 1
                print(f"FAIL {what}\n{answer.explanation()}", flush=True)
            byKind.update(kinds)
    print(f"{dict(verdicts)}; edits by kind {dict(byKind)}; {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
