"""Which functions of a C program a patch changes, told from its text alone, and who holds inlined copies of them.

Knows nothing of maps and fingerprints: it is what patchbuild's answer is measured against."""

import collections
import re
import subprocess

HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
# The line that names a function defined there: it begins in the first column, and is no declaration.
HEAD = re.compile(r"^[A-Za-z_][^;={}#]*?\b(\w+)\s*\(")
NOT_FUNCTIONS = {"if", "for", "while", "switch", "return", "sizeof", "__attribute__", "defined"}


def functionExtents(text):
    """[(first line, last line, name)]; relies on a closing brace in the first column, as most C is written."""
    out, head, name, inside = [], 0, None, False
    for number, line in enumerate(text.splitlines(), 1):
        if inside:
            if line.startswith("}"):
                out.append((head, number, name))
                inside, name = False, None
            continue
        found = HEAD.match(line)
        if found and found.group(1) not in NOT_FUNCTIONS and not line.startswith(("typedef", "struct {", "#")):
            head, name = number, found.group(1)
        if name and line.rstrip().endswith(";") and "{" not in line:
            name = None
        if name and "{" in line:
            inside = not line.rstrip().endswith("}")
            if not inside:
                out.append((head, number, name))
                name = None
    return out


def changedLines(before, after):
    """(lines that went, lines that came), by their numbers in the old and in the new file."""
    # Not the patch's own numbers: those are of the tree that the patch was made for, and may lie elsewhere in this one.
    done = subprocess.run(["diff", "-U0", "--", str(before), str(after)], stdout=subprocess.PIPE, text=True,
                          errors="surrogateescape", check=False)
    went, came = set(), set()
    for line in done.stdout.splitlines():
        if found := HUNK.match(line):
            old, oldCount, new, newCount = (int(group) if group else 1 for group in found.groups())
            went |= set(range(old, old + oldCount))
            came |= set(range(new, new + newCount))
    return went, came


def changedFunctions(names, before, after):
    """The functions of these files that a line which went or came belongs to."""
    out = set()
    for name in names:
        for tree, lines in zip((before, after), changedLines(before / name, after / name)):
            text = (tree / name).read_text(errors="surrogateescape") if (tree / name).is_file() else ""
            out |= {function for first, last, function in functionExtents(text)
                    if any(first <= n <= last for n in lines)}
    return out


DIE = re.compile(r"^0x[0-9a-f]+:( +)DW_TAG_(\w+)")
ORIGIN = re.compile(r'DW_AT_(?:abstract_origin|name)\s+\((?:0x[0-9a-f]+ )?"([^"]+)"\)')


def inlinedCopies(dwarfdump, binary):
    """function -> the functions that are inlined into it, at any depth, as the debug information says."""
    done = subprocess.run([dwarfdump, "--debug-info", str(binary)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, check=True)
    out, caller, depth, waiting = collections.defaultdict(set), None, 0, None
    for line in done.stdout.splitlines():
        if die := DIE.match(line):
            column, tag = len(die.group(1)), die.group(2)
            if caller is not None and column <= depth:
                caller = None
            waiting = tag if tag in ("subprogram", "inlined_subroutine") else None
            if tag == "subprogram":
                caller, depth = "", column
        elif waiting and (found := ORIGIN.search(line)):
            if waiting == "subprogram":
                caller = found.group(1)
            elif caller:
                out[caller].add(found.group(1))
            waiting = None
    return out
