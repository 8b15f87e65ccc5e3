"""The list of fixes (fixes.json), and which of them words on the command line mean."""

import dataclasses
import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent


@dataclasses.dataclass(frozen=True)
class Fix:
    id: str
    package: str
    version: str
    patch: str  # below debian/patches
    language: str
    difficulty: int  # 1 function bodies only .. 4 layouts, initialisers
    kinds: tuple
    cve: tuple = ()
    core: bool = False  # the better known servers and libraries
    observe: str = ""  # how it shows from outside, where somebody tried
    strip: int = 1

    @property
    def name(self):
        return self.id.partition(":")[2]


def allFixes():
    return [
        Fix(**{key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()})
        for entry in json.loads((HERE / "fixes.json").read_text())
    ]


def chosen(fixes, words):
    """Packages and fixes by name; a fix also by a CVE number or the part of its id behind the colon. All without words.
    Returns the chosen ones and the words that mean nothing."""
    if not words:
        return fixes, []
    means = {word: [fix for fix in fixes if word in (fix.package, fix.id, fix.name, *fix.cve)] for word in words}
    ids = {fix.id for found in means.values() for fix in found}
    return [fix for fix in fixes if fix.id in ids], [word for word, found in means.items() if not found]


def changedFiles(text, strip=1):
    """The paths that a patch changes, as they are in the tree."""
    out, lines = [], text.splitlines()
    for line, following in zip(lines, lines[1:]):
        if line.startswith("--- ") and following.startswith("+++ "):
            names = [part[4:].split("\t")[0].strip() for part in (line, following)]
            name = names[1] if names[1] != "/dev/null" else names[0]
            out.append("/".join(name.split("/")[strip:]))
    return out
