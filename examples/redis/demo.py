"""A security fix (CVE-2024-51741) goes into a Redis that runs, holds a million keys and is under load.

Gets Debian's source of Redis, takes the fix out, builds that with livepatch-clang, starts it on loopback and loads it. Then
`patchbuild` makes a patch from the fix and `livepatch` applies it, reverts it, applies it again. At last the fixed source is
rebuilt and the server restarted, and a table compares the two ways."""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

import build
import load
import server
import soak
import source

PATCH_NAME = "cve-2024-51741"
# What the fix is about: a selector that names permissions and no key pattern (`%` without `~`).
ATTACK = ("ACL", "SETUSER", "u", "(%)")
REFUSED = "Syntax error"


class DemoError(Exception):
    """A promise was not kept."""


def say(text):
    print(f"\n== {text}", flush=True)


def run(words):
    """Runs one of our tools as a reader would, and shows it. Returns (seconds, what it printed)."""
    print("$ " + " ".join(str(word) for word in words), flush=True)
    start = time.monotonic()
    done = subprocess.run([build.tool(words[0]), *map(str, words[1:])], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    seconds = time.monotonic() - start
    print("".join(f"  {line}\n" for line in done.stdout.splitlines()), end="", flush=True)
    if done.returncode != 0:
        raise DemoError(f"{words[0]} {words[1]}: exit code {done.returncode}")
    return seconds, done.stdout


def attackIsRefused(redis):
    """Tries the command of the CVE and shows the answer."""
    try:
        answer, refused = redis.command(*ATTACK), False
        redis.command("ACL", "DELUSER", "u")
    except server.ErrorReply as error:
        answer, refused = str(error), REFUSED in str(error)
    print(f"  redis> ACL SETUSER u '(%)'\n  {answer}", flush=True)
    return refused


def expect(condition, text):
    if not condition:
        raise DemoError(f"expected: {text}")
    print(f"  ok: {text}", flush=True)


class Measured:
    """The load client's figures, window by window."""

    def __init__(self):
        self.windows = {}

    def add(self, name, window):
        self.windows.setdefault(name, []).append(window)

    def longestMs(self, *names):
        return max(w["longest_gap_us"] for name in names for w in self.windows.get(name, [])) / 1000

    def total(self, field, *names):
        return sum(w[field] for name in names for w in self.windows.get(name, []))

    def firstFailure(self, *names):
        return next((w["first_failure"] for n in names for w in self.windows.get(n, []) if w["failed"]), "")


def measuredStep(client, measured, name, seconds, action):
    """An idle window, then one of the same length in which `action` happens: the two gaps can be compared."""
    time.sleep(seconds)
    measured.add("idle", client.endWindow())
    start = time.monotonic()
    result = action()
    time.sleep(max(0.0, seconds - (time.monotonic() - start)))
    measured.add(name, client.endWindow())
    return result


def fill(redis, keys):
    redis.command("DEBUG", "POPULATE", keys)
    expect(redis.command("DBSIZE") == keys, f"{keys} keys in the database")


def patchUnderLoad(redis, client, measured, out, options):
    """The heart: before, apply, after, revert, apply again. Returns what livepatch reported each time."""
    pid, size = redis.pid, redis.command("DBSIZE")
    say("Before: the server accepts the malformed selector")
    expect(not attackIsRefused(redis), "accepted, as CVE-2024-51741 says")
    reports = []
    for verb, refused in (("apply", True), ("revert", False), ("apply", True)):
        words = ["livepatch", verb, "-v", "--pid", pid, out if verb == "apply" else PATCH_NAME]
        say(f"livepatch {verb} under load")
        seconds, report = measuredStep(client, measured, verb, options.window, lambda w=words: run(w))
        reports.append({"verb": verb, "seconds": seconds, "report": report})
        expect(attackIsRefused(redis) == refused, "refused, as the fix demands" if refused else "accepted: the old behaviour")
        expect(redis.process.poll() is None and int(redis.info("process_id")) == pid, f"still process {pid}")
        expect(redis.command("DBSIZE") == size, f"all {size} keys are there")
    return reports


def restart(redis, rebuilt, client, measured):
    """What the fix costs without live patching. Returns (server, seconds from the stop to the first answer)."""
    say("For comparison: stop, start the rebuilt server, load the data again")
    size = redis.command("DBSIZE")
    client.endWindow()
    start = time.monotonic()
    redis.shutDown()
    again = server.Server(rebuilt, redis.folder, redis.port)
    again.start()
    seconds = time.monotonic() - start
    time.sleep(0.5)
    measured.add("restart", client.endWindow())
    expect(attackIsRefused(again), "refused by the rebuilt server too")
    expect(again.command("DBSIZE") == size, f"all {size} keys are there again")
    return again, seconds


def table(results):
    live, classic = results["live"], results["restart"]
    rows = [("", "live patch", "rebuild and restart"),
            ("build", f"{live['build_s']:.1f} s (patchbuild create)", f"{classic['build_s']:.1f} s (make)"),
            ("longest time without a reply, seen by a client",
             f"{live['longest_gap_ms']:.2f} ms (idle: {live['idle_longest_gap_ms']:.2f} ms)",
             f"{classic['longest_gap_ms']:.0f} ms"),
            ("stop of the service, by the tool's own clock", live["tool_stop"], f"{classic['seconds'] * 1000:.0f} ms"),
            ("failed requests", f"{live['failed']} of {live['requests']}",
             f"{classic['failed']}, and {classic['refused_connections']} refused connections"),
            ("process", "the same", "a new one")]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def toolStop(reports):
    """What livepatch -v itself says of the runs: whether it stopped the threads, and the longest that one was borrowed."""
    text = "\n".join(entry["report"] for entry in reports)
    stops = re.findall(r"threads were stopped.*", text)
    unit = {"us": 0.001, "ms": 1, "s": 1000}
    borrowed = [float(n) * unit[u] for n, u in re.findall(r"was borrowed.* for ([\d.]+) (us|ms|s) at most", text)]
    return ("; ".join(stops) or "none") + (f", one thread borrowed for {max(borrowed):.2f} ms" if borrowed else "")


def demo(options, work):
    say(f"Redis {source.VERSION} without the fix for CVE-2024-51741, built with livepatch-clang")
    fixed, fix = source.fetch(work, options.source, options.mirror)
    base = build.buildBase(work, lambda tree: source.withoutTheFix(fixed, fix, tree))
    loadProgram = build.buildLoadClient(work)
    data = work / "data"
    shutil.rmtree(data, ignore_errors=True)
    redis = server.Server(base / "src" / "redis-server", data, server.freePort())
    client = benchmark = None
    try:
        say(f"Start it, put {options.keys} keys in, and load it")
        redis.start()
        fill(redis, options.keys)
        client = load.LoadClient(loadProgram, redis.port, options.keys)
        benchmark = load.Benchmark(base / "src" / "redis-benchmark", redis.port, work / "benchmark.log")
        time.sleep(1)
        warm = client.endWindow()
        expect(warm["failed"] == 0, f"under load: {warm['requests']} checked requests in {warm['seconds']:.1f} s")

        say("patchbuild makes a patch from the fix, under the same load")
        out = work / "OUT"
        shutil.rmtree(out, ignore_errors=True)
        buildSeconds, _ = run(["patchbuild", "create", "--target", redis.executable, "--source-root", base, "--patch", fix,
                               "--name", PATCH_NAME, "-o", out])
        client.endWindow()

        measured = Measured()
        reports = patchUnderLoad(redis, client, measured, out, options)
        if options.cycles:
            soak.run(redis, client, measured, out, PATCH_NAME, options.cycles, say, expect)
        requests, errors = benchmark.stop()
        benchmark = None
        windows = list(measured.windows)
        failed = measured.total("failed", *windows)
        if failed:
            raise DemoError(f"{failed} requests failed, the first: {measured.firstFailure(*windows)}")
        if errors:
            raise DemoError(f"redis-benchmark: {errors[0]}")
        print(f"  ok: 0 failed of {measured.total('requests', *windows)} checked requests\n"
              f"  ok: redis-benchmark: no error in {requests} requests", flush=True)
        results = {"live": {
            "build_s": buildSeconds, "tool_stop": toolStop(reports), "failed": failed,
            "requests": measured.total("requests", *windows) + requests,
            "longest_gap_ms": measured.longestMs("apply", "revert"), "idle_longest_gap_ms": measured.longestMs("idle")}}
        if options.rebuild:
            compare(redis, client, measured, fixed, work, results)
        if options.json:
            options.json.write_text(json.dumps(results, indent=2) + "\n")
    finally:
        if benchmark:
            benchmark.stop()
        if client:
            client.stop()
        redis.kill()


def compare(redis, client, measured, fixed, work, results):
    say("For comparison: rebuild the fixed source")
    rebuilt, seconds = build.rebuild(work, fixed)
    print(f"  {seconds:.1f} s", flush=True)
    client.endWindow()
    again, downSeconds = restart(redis, rebuilt, client, measured)
    again.kill()
    results["restart"] = {"build_s": seconds, "seconds": downSeconds, "failed": measured.total("failed", "restart"),
                          "refused_connections": measured.total("refused_connections", "restart"),
                          "longest_gap_ms": measured.longestMs("restart")}
    say("The two ways, measured in this run")
    print(table(results), flush=True)


def arguments():
    top = pathlib.Path(__file__).resolve().parents[2]
    llvm = os.environ.get("LIVEPATCH_LLVM", "14")
    parser = argparse.ArgumentParser(prog="examples/redis/run", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", default=os.environ.get("REDIS_SOURCE"), metavar="DIRECTORY",
                        help=f"unpacked Debian source of Redis {source.VERSION}; else it is downloaded with apt-get")
    parser.add_argument("--mirror", default="http://deb.debian.org", help="Debian mirror, without /debian")
    parser.add_argument("--work", type=pathlib.Path, default=top / "build" / "examples" / f"redis-llvm{llvm}",
                        help="everything is kept here; what is built already is not built again")
    parser.add_argument("--keys", type=int, default=1000000, help="keys in the database")
    parser.add_argument("--window", type=float, default=3.0, help="seconds of a measured window")
    parser.add_argument("--cycles", type=int, default=0, help="further applies and reverts under load")
    parser.add_argument("--no-rebuild", dest="rebuild", action="store_false", help="without the comparison")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the figures here")
    return parser.parse_args()


def main():
    options = arguments()
    work = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    try:
        demo(options, work)
    except (DemoError, build.BuildError, source.SourceError, server.ServerError, load.LoadError) as error:
        print(f"examples/redis: {error}\nexamples/redis: everything is kept in {work}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
