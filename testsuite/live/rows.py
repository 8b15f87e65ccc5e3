#!/usr/bin/env python3
"""Checks the table in README.md: each row has a test that exists, and each test stands in some row."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROWS = 33  # of the contract, plus "data": a row that is taken out by mistake is noticed


def table(text):
    """(row, names) for each line of the table."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 3 and cells[0] != "row":
            yield cells[0], [name.strip() for name in cells[2].split(",")]


tests = {path.parent.name for path in HERE.glob("*/run.py")}
# Rows that other kinds of tests show are named by their path from testsuite/.
elsewhere = lambda name: "/" in name and (HERE.parent / name).exists()  # noqa: E731
rows = list(table((HERE / "README.md").read_text()))
faults, shown = [], set()
for row, names in rows:
    shown.update(names)
    faults += [f"row \"{row}\" names {name}, which is no test" for name in names if name not in tests and not elsewhere(name)]
faults += [f"no row names {name}" for name in sorted(tests - shown)]
if len(rows) != ROWS:
    faults.append(f"{len(rows)} rows instead of {ROWS}")
print("\n".join(faults) or f"{len(rows)} rows, {len(tests)} tests")
sys.exit(1 if faults else 0)
