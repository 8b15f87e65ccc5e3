"""Whatever --help offers, the man page explains, and the other way round."""
import os
import pathlib
import re
import subprocess
import sys

BIN = pathlib.Path(os.environ["LIVEPATCH_BIN"])
MAN = pathlib.Path(__file__).resolve().parents[3] / "docs/man"
SUBCOMMANDS = {"patchbuild": ["create", "explain", "map", "inspect"], "livepatch": ["apply", "revert", "list", "check"],
               "pannus": []}


def helpOf(*words):
    return subprocess.run(words, stdout=subprocess.PIPE, check=True, text=True).stdout


wrong = 0
for program, subcommands in SUBCOMMANDS.items():
    page = (MAN / f"{program}.1").read_text()
    explained = {"--" + name for name in re.findall(r"\bFl -([a-z-]+)", page)}
    offered = set()
    for words in [[]] + [[subcommand] for subcommand in subcommands]:
        # Where an option is defined, not where an example or another option's line mentions it.
        offered |= set(re.findall(r"^ +(?:-\w,)?(--[a-z][a-z-]+)", helpOf(BIN / program, *words, "--help"), re.MULTILINE))
    for subcommand in subcommands:
        if f"Cm {subcommand}\n" not in page:
            print(f"{program}.1 does not explain '{subcommand}'")
            wrong += 1
    for option in sorted(explained ^ offered):
        print(f"{option}: {program}.1 {'does not explain it' if option in offered else 'has it, --help does not'}")
        wrong += 1
sys.exit(1 if wrong else 0)
