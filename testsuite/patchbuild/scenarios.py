#!/usr/bin/env python3
"""Makes the table of scenarios from what the runs of the cases left: row, case, compiler, variant, verdict, result.

usage: scenarios.py -o OUT RESULTS...

Writes OUT.json and OUT.md from the folders of results (those of several builds give one table). Exit code 1: a row of
rows.json has no case that shows it, a case names a row that there is not, or a recorded run did not end as expected.
Each run of a case wrote a file of its own, so a run of a few cases leaves the others' lines as they are."""

import argparse
import json
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent


def rows():
    return json.loads((HERE / "rows.json").read_text())


def cases():
    """By name; a folder without case.json is no case."""
    return {path.parent.name: json.loads(path.read_text()) for path in sorted(HERE.glob("*/case.json"))}


def rowsOf(case):
    given = case.get("row", [])
    return [given] if isinstance(given, str) else given


def verdictsOf(case):
    """All verdicts that some variant of the case may end with."""
    given = [case["verdict"], *case.get("verdict-at", {}).values()]
    return sorted({verdict for text in given for verdict in text.split("|")})


def record(folder, case, rows, compiler, variant, expected, verdict, ok):
    """One run of one variant. Replaced at once: what reads it sees the old line or the new one."""
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"{compiler}.{case}.{variant}.json"
    line = {"rows": rows, "case": case, "compiler": compiler, "variant": variant, "verdict": verdict,
            "expected": expected, "ok": ok}
    scratch = place.with_name(place.name + f".{os.getpid()}")
    scratch.write_text(json.dumps(line) + "\n")
    scratch.replace(place)


def collect(folders, known):
    """The lines of cases that still exist."""
    lines = [json.loads(path.read_text()) for folder in folders for path in sorted(folder.glob("*.json"))]
    lines = [dict(line, rows=rowsOf(known[line["case"]])) for line in lines if line["case"] in known]
    return sorted(lines, key=lambda line: (line["case"], line["compiler"], line["variant"]))


def faults(known, wanted, lines):
    out = []
    for name, case in known.items():
        out += [f"{name}/case.json names the row \"{row}\", which rows.json does not have"
                for row in rowsOf(case) if row not in wanted]
    for row, promise in wanted.items():
        if "test" in promise:
            if not (HERE.parent / promise["test"]).exists():
                out.append(f"row \"{row}\": its test {promise['test']} is not there")
            continue
        showing = [name for name, case in known.items() if row in rowsOf(case)]
        if not any(set(verdictsOf(known[name])) <= set(promise["verdicts"]) for name in showing):
            out.append(f"row \"{row}\" ({promise['what']}): no case shows {' or '.join(promise['verdicts'])}")
    out += [f"{line['case']} {line['compiler']} {line['variant']}: expected {line['expected']}, {line['verdict']}"
            for line in lines if not line["ok"]]
    return out


def markdown(wanted, known, lines):
    out = ["# Scenarios", "", f"{sum(line['ok'] for line in lines)} of {len(lines)} runs as expected.", "",
           "| row | case | compiler | variant | verdict | expected | result |", "|---|---|---|---|---|---|---|"]
    for row in [*wanted, ""]:
        mine = [line for line in lines if row in line["rows"] or (not row and not line["rows"])]
        for line in mine:
            out.append(f"| {row} | {line['case']} | {line['compiler']} | {line['variant']} | {line['verdict']} | "
                       f"{line['expected'].replace('|', ' or ')} | {'ok' if line['ok'] else 'FAILED'} |")
        if row and not mine:
            names = [name for name, case in known.items() if row in rowsOf(case)] or [wanted[row].get("test", "")]
            out.append(f"| {row} | {', '.join(names)} | | | | {' or '.join(wanted[row]['verdicts'])} | not run here |")
    return "\n".join(out) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", nargs="+", type=pathlib.Path)
    parser.add_argument("-o", dest="out", type=pathlib.Path, required=True, help="OUT.md and OUT.json are written")
    options = parser.parse_args()
    options.results = [folder for folder in options.results if folder.is_dir()]
    wanted, known = rows(), cases()
    lines = collect(options.results, known)
    options.out.with_suffix(".json").write_text(json.dumps({"rows": wanted, "runs": lines}, indent=1) + "\n")
    options.out.with_suffix(".md").write_text(markdown(wanted, known, lines))
    wrong = faults(known, wanted, lines)
    for fault in wrong:
        print(fault)
    print(f"{options.out.with_suffix('.md')}: {len(wanted)} rows, {len(known)} cases, {len(lines)} runs")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
