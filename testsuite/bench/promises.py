#!/usr/bin/env python3
"""The promises and what the last runs of the measuring programs have reached: one table, for docs/benchmarks.md.

Reads what `sh testsuite/bench/run NAME` has left in the work folder and writes the table; with --into FILE it takes the place of
what stands between the two marks there."""

import argparse
import json
import pathlib
import sys

from tables import table

BEGIN, END = "<!-- promises: begin -->\n", "<!-- promises: end -->\n"
NAMES = ["pause", "call", "plugin", "patchbuild"]


def rows(work):
    found = []
    for name in NAMES:
        results = work / f"{name}.json"
        if not results.is_file():
            continue
        found += [[what, bar, reached, "yes" if kept else "NO", f"`sh testsuite/bench/run {name}`"]
                  for what, bar, reached, kept in json.loads(results.read_text())]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/bench"))
    parser.add_argument("--into", type=pathlib.Path, metavar="FILE", help="a file with the marks " + " ".join((BEGIN + END).split("\n")))
    options = parser.parse_args()
    found = rows(options.work)
    if not found:
        sys.exit(f"{options.work}: nothing has been measured there; run one of: " +
                 ", ".join(f"sh testsuite/bench/run {name}" for name in NAMES))
    text = table(["promise", "bar", "reached", "kept", "measured by"], found)
    print(text)
    if options.into:
        before, begin, rest = options.into.read_text().partition(BEGIN)
        _, end, after = rest.partition(END)
        if not begin or not end:
            sys.exit(f"{options.into}: the marks {BEGIN.strip()} and {END.strip()} are missing; nothing was changed")
        options.into.write_text(before + BEGIN + "\n" + text + "\n" + END + after)
    return 0


if __name__ == "__main__":
    sys.exit(main())
