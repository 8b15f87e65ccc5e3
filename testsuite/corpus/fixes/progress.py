"""What is going on, on a terminal or in a log: a line for each fix that is done."""

import json
import sys
import threading
import time

import outcome


class Progress:
    def __init__(self, total):
        self.total, self.number, self.lock, self.start = total, 0, threading.Lock(), time.monotonic()
        self.now = {}

    def show(self, text):
        with self.lock:
            if sys.stderr.isatty():
                sys.stderr.write("\r\033[K")
            print(text, flush=True)
            if sys.stderr.isatty() and self.now:
                sys.stderr.write("    " + "; ".join(self.now.values())[:110])
                sys.stderr.flush()

    def building(self, name):
        self.now[name] = f"building {name}"
        self.show(f"[{self.number:3}/{self.total}] {name}: sources and the build as shipped")

    def trying(self, fix):
        self.now[fix.package] = f"trying {fix.id}"

    def known(self, fixes):
        with self.lock:
            self.number += len(fixes)
        self.show(f"[{self.number:3}/{self.total}] {fixes[0].package}: {len(fixes)} known")

    def done(self, fix, result):
        self.now.pop(fix.package, None)
        with self.lock:
            self.number += 1
        self.show(f"[{self.number:3}/{self.total}] {line(fix, result)}")

    def broken(self, name, error):
        self.now.pop(name, None)
        self.show(f"{name}: {error}")


def line(fix, result):
    parts = [f"{result['outcome']:<20} {fix.id}"]
    for part in result.get("parts", []):
        words = [part["target"].rsplit("/", 1)[-1]]
        if part["outcome"] == outcome.PATCHED:
            words += [
                outcome.verification(part),
                f"{len(part['ran'])} of {len(part['functions'])} ran",
                f"{part['create-processor-s']} s",
                f"stop {part['stop-us']} us",
                f"{part['requests']} requests",
            ]
        elif part["outcome"] == outcome.REFUSED:
            words += part["rules"]
        parts.append(", ".join(words))
        if part.get("why"):
            parts.append(json.dumps(part["why"])[:300])
    if result.get("why"):
        parts.append(str(result["why"])[:300])
    return "  ".join(parts)
