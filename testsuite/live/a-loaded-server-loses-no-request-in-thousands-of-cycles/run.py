#!/usr/bin/env python3
"""A server of eight threads under load from checking clients is patched, with data, and reverted again and again: no request
fails, no reply mixes old and new, and mappings, descriptors and memory of the server do not grow. Each second revert gives the
patch's memory back, so that each second apply maps, fills and arms anew.

Some 30 cycles; 10,000 with LIVEPATCH_FULL=1 (or LIVEPATCH_CYCLES=n)."""

import os
import pathlib
import re
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import EXIT, Target, buildPatchObject, buildTarget, call, check, compileWith, makePatch  # noqa: E402

full = os.environ.get("LIVEPATCH_FULL") == "1"
CYCLES = int(os.environ.get("LIVEPATCH_CYCLES", "10000" if full else "30"))
THREADS, CLIENTS, WARM_UP = 8, 16, 4

target = buildTarget("server.c", "server", ["-O2", "-pthread"])
load = compileWith("load", "load.c", ["-O2", "-pthread"])
patch = makePatch("soak", buildPatchObject(), "J price newPrice\nJ tax newTax\nJ answer newAnswer\n"
                  "V rate 0200000000000000 if=0100000000000000\n", [target], uses=["price", "tax", "rate"])


def resident(pid):
    """KiB, counted page by page: VmRSS is an estimate."""
    return int(re.search(r"Rss: *(\d+)", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()).group(1))


def addressSpace(pid):
    """KiB. Mappings that are left behind may be one with their neighbours, and then do not count as mappings."""
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[0]) * 4


class Samples:
    """What must not grow, taken at the end of each second cycle, when nothing of the patch is left."""

    def __init__(self, pid):
        self.pid, self.rows = pid, {"mappings": [], "descriptors": [], "resident KiB": [], "address space KiB": []}

    def take(self):
        self.rows["mappings"].append(pathlib.Path(f"/proc/{self.pid}/maps").read_text().count("\n"))
        self.rows["descriptors"].append(len(os.listdir(f"/proc/{self.pid}/fd")))
        self.rows["resident KiB"].append(resident(self.pid))
        self.rows["address space KiB"].append(addressSpace(self.pid))

    def judge(self):
        # Connections come and go with the clients; a page here and there is malloc's.
        allowed = {"mappings": 0, "descriptors": CLIENTS + 2, "resident KiB": 64, "address space KiB": 0}
        for what, values in self.rows.items():
            first, last, middle = values[0], values[-1], statistics.median(values)
            print(f"{what}: first {first}, median {middle:g}, last {last}, highest {max(values)}")
            check(last <= first + allowed[what] and middle <= first + allowed[what], f"{what} have grown")


def toggled(verb, *words):
    code, text = call("livepatch", verb, "--pid", server.pid, *words, "--deadline", "60s", timeout=300)
    check(server.alive(), f"the server has died at {verb}: {text}")
    check(code == EXIT["done"], f"cycle {cycle}: {verb}: exit code {code}: {text}")
    return text


with Target(target, THREADS) as server:
    port = server.read()
    idle = len(os.listdir(f"/proc/{server.pid}/fd"))
    with Target(load, port, CLIENTS) as clients:
        samples, kept, began = Samples(server.pid), 0, time.monotonic()
        for cycle in range(CYCLES):
            back = ["--give-back", "--longest-stop", "1s"] if cycle % 2 else []
            toggled("apply", patch)
            said = toggled("revert", "soak", *back)
            # Kept would be honest: somebody may have been on his way through at each look. The next one gives it back.
            given = "was given back" in said
            kept += bool(back) and not given
            if given and cycle >= WARM_UP:
                samples.take()
            if cycle % 500 == 499:
                requests, new, failed, _ = map(int, clients.ask().split())
                print(f"{cycle + 1} cycles, {time.monotonic() - began:.0f} s, {requests} requests, {failed} failed", flush=True)
        requests, new, failed, connections = map(int, clients.ask().split())
        took = time.monotonic() - began
        print(f"{CYCLES} cycles in {took:.0f} s: {failed} of {requests} requests failed, {new} answered by the new code, "
              f"{connections} connections; memory given back {CYCLES // 2 - kept} times, kept {kept} times")
        check(failed == 0, f"{failed} requests failed")
        check(0 < new < requests, "the patch never worked, or always")
        check(kept < CYCLES // 10, "the memory was hardly ever given back")
        samples.judge()
