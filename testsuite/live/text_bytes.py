"""All bytes of code in a process, to show that a patch changes those of its entries and no others."""

import os
import pathlib

from harness import check, symbols

ENTRY = 5                # bytes of a redirect
STUB_MARK = b"LPscall1"  # livepatch's system call, in unused bytes at the end of some code page: it stays there
STUB_ROOM = 64


class Text:
    """Every executable mapping of a file, as it is in memory now."""

    def __init__(self, pid):
        self.pieces, self.bias = {}, 0
        exe = os.readlink(f"/proc/{pid}/exe")
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            for line in reversed(pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines()):
                words = line.split(maxsplit=5)
                start, end = (int(word, 16) for word in words[0].split("-"))
                if len(words) == 6 and words[5] == exe:
                    self.bias = start  # of the lowest one in the end: the programs here are PIE
                if len(words) == 6 and words[5].startswith("/") and "x" in words[1]:
                    memory.seek(start)
                    self.pieces[start] = memory.read(end - start)

    def changedSince(self, before):
        """Addresses of the bytes that are not what they were."""
        check(self.pieces.keys() == before.pieces.keys(), "code was mapped or unmapped")
        changed = []
        for start, now in self.pieces.items():
            was = before.pieces[start]
            for at in range(0, len(now), 4096):
                if now[at:at + 4096] != was[at:at + 4096]:
                    changed += [start + i for i in range(at, min(at + 4096, len(now))) if now[i] != was[i]]
        return changed

    def slice(self, address, size):
        start = max(piece for piece in self.pieces if piece <= address)
        return self.pieces[start][address - start:address - start + size]

    def isStub(self, address, before):
        """Part of livepatch's system call, which may lie only where nothing was."""
        around = self.slice(address - STUB_ROOM, 2 * STUB_ROOM)
        return STUB_MARK in around and before.slice(address, 1) == b"\0"

    def checkOnly(self, before, entries, when):
        """Only the five bytes at these addresses have changed, and all of these functions have."""
        changed = [at for at in self.changedSince(before) if not self.isStub(at, before)]
        stray = [hex(at - self.bias) for at in changed if not any(entry <= at < entry + ENTRY for entry in entries)]
        check(not stray, f"{when}: these bytes have changed, too: {stray}")
        for entry in entries:
            check(self.slice(entry, 1) == b"\xe9", f"{when}: the entry at {entry - self.bias:#x} is no jump")
        check(len({at // 8 for at in changed}) == len(entries), f"{when}: not the words of {len(entries)} entries: {len(changed)} bytes")


def entriesOf(target, text, names, paddings):
    """Where the padding of these functions is in the process."""
    table = symbols(target)
    return [text.bias + table[name][0] + paddings.get(name, ("nop5", 0))[1] for name in names]
