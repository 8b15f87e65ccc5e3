#!/usr/bin/env python3
"""What a refusal has to say: the thing and where it stands, what it was and where, who uses it, why not, and what else.

usage: words.py

The driver checks each refusal of each case (checkRefusals). By itself this checks that each rule which patchbuild can
refuse by is in the message of some case. Exit code: 0 all are, 1 some are not."""

import json
import pathlib
import re
import sys

from build import Failure

HERE = pathlib.Path(__file__).resolve().parent
DECIDE = HERE.parent.parent / "patchbuild" / "decide"

# Shown by a test that builds its own program: testsuite/cli, testsuite/unit.
SHOWN_ELSEWHERE = {"instrumented"}

HEAD = re.compile(r"^refused: (?P<thing>.+) \((?P<rule>[a-z-]+)\)(?: at (?P<place>\S+:\d+))?$")
LABELS = {"was:": "was", "is now:": "now", "used by:": "users", "why:": "why", "instead:": "instead"}
PLACE = re.compile(r" at (?P<file>[^\s:]+):(?P<line>\d+)$")

# What may have no old definition.
NEW_THINGS = {"tls-new", "dynamic-init", "unresolvable", "linker-set", "ifunc", "wrapped"}


def refusalsOf(report):
    """Each as a dictionary: thing, rule, place, and the text behind each label."""
    out = []
    for line in report.splitlines():
        head = HEAD.match(line)
        if head:
            out.append(head.groupdict())
        elif line.startswith("  ") and out:
            for label, key in LABELS.items():
                if line[2:].startswith(label):
                    out[-1][key] = line[2 + len(label):].strip()
    return out


def checkPlace(what, place, tree):
    name, _, number = place.rpartition(":")
    path = tree / name
    if not path.is_file():
        raise Failure(f"{what}: {name} is not in {tree.name}")
    lines = path.read_text().splitlines()
    if not 1 <= int(number) <= len(lines):
        raise Failure(f"{what}: {name} has {len(lines)} lines, and the message speaks of {number}")


def checkRefusals(report, before, after):
    found = refusalsOf(report)
    if not found:
        raise Failure(f"refused without saying what\n{report}")
    for refusal in found:
        what = f"refusal of {refusal['thing']} ({refusal['rule']})"
        rule = refusal["rule"]
        for key in ("why", "instead"):
            if not refusal.get(key):
                raise Failure(f"{what}: says no {key}\n{report}")
        if not refusal.get("was") and rule not in NEW_THINGS:
            raise Failure(f"{what}: does not say what it was\n{report}")
        if not refusal.get("was") and not refusal.get("now"):
            raise Failure(f"{what}: says neither what it was nor what it is\n{report}")
        if not refusal.get("users"):
            raise Failure(f"{what}: does not say who uses it\n{report}")
        if refusal["place"]:
            checkPlace(what, refusal["place"], after if (after / refusal["place"].rpartition(":")[0]).exists() else before)
        old = PLACE.search(refusal.get("was", ""))
        if old:
            checkPlace(what, f"{old['file']}:{old['line']}", before)
        if not refusal["place"] and not old and not refusal["thing"].startswith("_Z"):
            raise Failure(f"{what}: has no place\n{report}")


def rulesOfDecide():
    """The names of the rules as the sources of the decision have them."""
    pattern = re.compile(r'(?:\brule = |about\(deciding, variable, |refuseSymbol\(\s*|rule = \w+ \? )"([a-z-]+)"(?: : "([a-z-]+)")?'
                         r'|\? "([a-z-]+)" : "([a-z-]+)",|"((?:rename|static)-[a-z-]+)"')
    rules = set()
    for path in sorted(DECIDE.glob("*.cpp")):
        for match in pattern.finditer(path.read_text()):
            rules.update(rule for rule in match.groups() if rule)
    return rules


def main():
    rules = rulesOfDecide() - SHOWN_ELSEWHERE
    said = " ".join(word for path in HERE.glob("*/case.json") for word in json.loads(path.read_text()).get("message", []))
    missing = sorted(rule for rule in rules if f"({rule})" not in said)
    for rule in missing:
        print(f"no case checks the words of the rule {rule}")
    print(f"{len(rules)} rules, {len(rules) - len(missing)} with a case")
    return 1 if missing or not rules else 0


if __name__ == "__main__":
    sys.exit(main())
