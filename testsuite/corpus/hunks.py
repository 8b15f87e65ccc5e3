"""Commits that were never made: the difference between two releases of a program, cut into small changes.

Distributions keep releases, not histories. One hunk of the difference, together with the hunks that define what it
newly names, is much like a commit; whether it compiles is found out by compiling it."""

import dataclasses
import difflib
import pathlib
import random
import re
import subprocess

CONTEXT = 3
NEAR = 15  # lines: hunks this close are taken for one thought
HEADER = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
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
    def isCode(self):
        """False where nothing but comments, names in strings and white space differ."""
        old, new = (re.sub(r"\s+", "", COMMENT.sub("", "".join(lines))) for lines in (self.old, self.new))
        return old != new

    def isNear(self, other):
        return self.path == other.path and abs(self.start - other.start) <= NEAR

    @property
    def size(self):
        return len(self.old) + len(self.new)


def isHeader(path):
    return not path.endswith((".c", ".cc", ".cpp", ".cxx"))


def readLines(path):
    return path.read_text(errors="surrogateescape").splitlines(keepends=True)


def hunksOf(path, before, after, old, new):
    done = subprocess.run(["diff", "-U0", "-a", "--", str(before), str(after)], stdout=subprocess.PIPE, text=True,
                          errors="surrogateescape", check=False)
    out = []
    for line in done.stdout.splitlines():
        if found := HEADER.match(line):
            i, olds, j, news = (int(group) if group else 1 for group in found.groups())
            # Of no lines the number is that of the line before.
            i, j = i - (olds > 0), j - (news > 0)
            out.append(Hunk(path, i, old[i:i + olds], new[j:j + news]))
    return out


class Difference:
    """All hunks between two trees, in those of the named files that both have."""

    def __init__(self, before, after, names):
        self.lines, self.hunks, self.known = {}, [], set()
        for name in names:
            path, newer = pathlib.Path(before) / name, pathlib.Path(after) / name
            self.lines[name] = readLines(path)
            self.known |= set(IDENTIFIER.findall("".join(self.lines[name])))
            if newer.is_file():
                self.hunks += hunksOf(name, path, newer, self.lines[name], readLines(newer))
        self.definers = {}
        for hunk in self.hunks:
            for name in hunk.names - self.known:
                self.definers.setdefault(name, []).append(hunk)

    def commit(self, seed, limit):
        """The seed, its neighbours and, as long as they are few, all hunks that share a name with one of these that is
        new to the tree."""
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
            waiting += [other for other in self.hunks if other.isNear(hunk)]
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


def pseudoCommits(before, after, names, count, seed, headers, limit=12, lines=250):
    """Yields (name, patch text), the same ones for the same seed. Of those that change a header only the share
    `headers` is taken: each costs a build of the whole program."""
    difference = Difference(before, after, names)
    draw = random.Random(seed)
    order = list(difference.hunks)
    draw.shuffle(order)
    seen, made = set(), 0
    for hunk in order:
        chosen = difference.commit(hunk, limit)
        if chosen is None or not any(h.isCode for h in chosen) or sum(h.size for h in chosen) > lines:
            continue
        if any(isHeader(h.path) for h in chosen) and draw.random() > headers:
            continue
        key = frozenset((h.path, h.start) for h in chosen)
        if key in seen:
            continue
        seen.add(key)
        made += 1
        yield hunk.path.replace("/", ".") + f"-{hunk.start + 1}", difference.patch(chosen)
        if made == count:
            return


def wholeFiles(before, after, names, count, seed):
    """All that changed in one source file: as much as a rewrite."""
    difference = Difference(before, after, names)
    paths = sorted({hunk.path for hunk in difference.hunks if hunk.isCode and not isHeader(hunk.path)})
    random.Random(seed).shuffle(paths)
    for path in paths[:count]:
        yield path.replace("/", ".") + "-whole", difference.patch([h for h in difference.hunks if h.path == path])
