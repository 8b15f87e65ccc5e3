"""Commits that were never made: the difference between two releases of a program, cut into small changes.

Distributions keep releases, not histories. One hunk of the difference, together with the hunks that define what it
newly names, is much like a commit; whether it compiles is found out by compiling it."""

import dataclasses
import difflib
import pathlib
import random
import re

CONTEXT = 3
IDENTIFIER = re.compile(r"[A-Za-z_]\w{3,}")
COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.DOTALL)


@dataclasses.dataclass
class Hunk:
    path: str
    start: int  # index of the first old line, without context
    old: list
    new: list

    @property
    def names(self):
        return set(IDENTIFIER.findall(COMMENT.sub(" ", "".join(self.new))))

    @property
    def size(self):
        return len(self.old) + len(self.new)


def readLines(path):
    return path.read_text(errors="surrogateescape").splitlines(keepends=True)


def hunksOf(path, old, new):
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [Hunk(path, i1, old[i1:i2], new[j1:j2]) for tag, i1, i2, j1, j2 in matcher.get_opcodes() if tag != "equal"]


class Difference:
    """All hunks between two trees, in the files that both have."""

    def __init__(self, before, after, folders, suffixes=(".c", ".h")):
        self.before = pathlib.Path(before)
        self.lines, self.hunks, self.known = {}, [], set()
        for folder in folders:
            for path in sorted((self.before / folder).rglob("*")):
                name = str(path.relative_to(self.before))
                if path.suffix not in suffixes or not path.is_file():
                    continue
                self.lines[name] = readLines(path)
                self.known |= set(IDENTIFIER.findall("".join(self.lines[name])))
                newer = pathlib.Path(after) / name
                if newer.is_file():
                    self.hunks += hunksOf(name, self.lines[name], readLines(newer))
        self.definers = {}
        for hunk in self.hunks:
            for name in hunk.names - self.known:
                self.definers.setdefault(name, []).append(hunk)

    def commit(self, seed, limit):
        """The seed and, as long as they are few, all hunks that share a name with it which the old tree does not have."""
        chosen, waiting = [], [seed]
        while waiting:
            hunk = waiting.pop()
            if any(hunk is one for one in chosen):
                continue
            chosen.append(hunk)
            if len(chosen) > limit:
                return None
            for name in sorted(hunk.names - self.known):
                waiting += self.definers[name]
        return chosen

    def patch(self, hunks):
        text = []
        for path in sorted({hunk.path for hunk in hunks}):
            new, at, old = [], 0, self.lines[path]
            for hunk in sorted((h for h in hunks if h.path == path), key=lambda h: h.start):
                new += old[at:hunk.start] + hunk.new
                at = hunk.start + len(hunk.old)
            new += old[at:]
            for line in difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", n=CONTEXT):
                text.append(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")
        return "".join(text)


def pseudoCommits(before, after, folders, count, seed, limit=8, lines=200, headers=0.25):
    """Yields (name, patch text), the same ones for the same seed. Of those that change a header only the share `headers`
    is taken: each costs a build of the whole program."""
    difference = Difference(before, after, folders)
    draw = random.Random(seed)
    order = list(difference.hunks)
    draw.shuffle(order)
    seen, made = set(), 0
    for hunk in order:
        chosen = difference.commit(hunk, limit)
        if chosen is None or sum(h.size for h in chosen) > lines:
            continue
        if any(h.path.endswith(".h") for h in chosen) and draw.random() > headers:
            continue
        key = frozenset((h.path, h.start) for h in chosen)
        if key in seen:
            continue
        seen.add(key)
        made += 1
        yield f"{pathlib.PurePath(hunk.path).stem}-{hunk.start + 1}", difference.patch(chosen)
        if made == count:
            return
