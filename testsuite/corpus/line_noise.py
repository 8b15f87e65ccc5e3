#!/usr/bin/env python3
"""Over the fixes of a program: patchbuild reports the functions that a fix changes or that hold an inlined copy of such
a function, and no other, however many lines the fix moves.

usage: line_noise.py [--work DIR] [--at-least N] [--full-only] [--mirror URL] PROGRAM

What a fix changes is told from the patch's hunks and the extents of functions, the inlined copies from the debug
information of the program and of the patch. Exit code: 0 all as it should be, 1 not, 77 skipped."""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys

from corpus import Tools
from extents import changedFunctions, inlinedCopies
from programs import PROGRAMS
from trees import Archive, applyPatch, sourcePart
from trial import Base, create


def holders(copies, functions):
    return {caller for caller, inlined in copies.items() if inlined & functions}


def localName(name):
    return name.rsplit(":", 1)[-1]


class Measure:
    def __init__(self, program, work, tools, dwarfdump):
        self.base, self.dwarfdump = Base(program, work, tools), dwarfdump
        self.after = work / "after"

    def start(self, source):
        self.base.make(source)
        self.copies = inlinedCopies(self.dwarfdump, self.base.target)
        shutil.rmtree(self.after, ignore_errors=True)

    def fix(self, name, text):
        """Prints a line. Returns "measured", "refused", "none" or "wrong"."""
        folder = self.base.work / "noise" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        patch = folder / "fix.patch"
        patch.write_text(text, errors="surrogateescape")
        changed = self.changed(patch, text)
        code, _ = create(self.base, folder, patch, 1)
        if code == 3 or code == 4:
            print(f"{'none' if code == 3 else 'refused':<9} {name}")
            return "none" if code == 3 else "refused"
        if code != 0:
            print(f"FAILED    {name}: exit code {code}, see {folder}")
            return "wrong"
        report = json.loads((folder / "report.json").read_text())
        reported = {localName(f["name"]) for f in report["functions"] if f["action"] != "new"}
        new = {localName(f["name"]) for f in report["functions"] if f["action"] == "new"}
        copies = holders(self.copies, changed) | holders(inlinedCopies(self.dwarfdump, folder / "out" / "fix.so"),
                                                         changed | new)
        surplus = reported - changed - {localName(c).removesuffix(".lp") for c in copies}
        print(f"{'NOISE' if surplus else 'ok':<9} {name}: {len(reported)} reported, {len(reported & changed)} of them "
              f"changed themselves{', not explained: ' + ' '.join(sorted(surplus)) if surplus else ''}")
        return "wrong" if surplus else "measured"

    def changed(self, patch, text):
        names = {line[4:].split("\t")[0].strip().split("/", 1)[1]
                 for line in text.splitlines() if line.startswith("+++ ")}
        for name in names:
            (self.after / name).parent.mkdir(parents=True, exist_ok=True)
            if (self.base.tree / name).is_file():
                shutil.copy2(self.base.tree / name, self.after / name)
        done = applyPatch(self.after, patch)
        if done.returncode != 0:
            raise RuntimeError(f"{patch.name} does not apply: {done.stdout}")
        return changedFunctions(names, self.base.tree, self.after)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", choices=sorted(name for name, p in PROGRAMS.items() if p.fixes))
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("corpus-work"))
    parser.add_argument("--at-least", type=int, default=12, help="so many fixes have to give a patch")
    parser.add_argument("--mirror", default="http://deb.debian.org")
    parser.add_argument("--full-only", action="store_true", help="skip unless LIVEPATCH_FULL=1")
    options = parser.parse_args()
    if options.full_only and os.environ.get("LIVEPATCH_FULL") != "1":
        print("skipped: it builds a whole program; LIVEPATCH_FULL=1 asks for that")
        return 77
    dwarfdump = shutil.which("llvm-dwarfdump-14") or shutil.which("llvm-dwarfdump")
    if not dwarfdump:
        raise SystemExit("llvm-dwarfdump not found: install llvm-14")
    program, work = PROGRAMS[options.program], options.work.absolute() / options.program
    work.mkdir(parents=True, exist_ok=True)
    source = Archive(options.work.absolute(), options.mirror).source(program.source)
    measure = Measure(program, work, Tools(), dwarfdump)
    measure.start(source)
    outcomes = []
    for name in program.fixes:
        text = sourcePart((source / "debian" / "patches" / name).read_text(errors="surrogateescape"))
        outcomes.append(measure.fix(pathlib.PurePath(name).stem, text))
    measured = outcomes.count("measured")
    print(f"{measured} of {len(outcomes)} fixes measured, {outcomes.count('wrong')} wrong")
    return 0 if measured >= options.at_least and "wrong" not in outcomes else 1


if __name__ == "__main__":
    sys.exit(main())
