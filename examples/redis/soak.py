"""Many applies and reverts on the loaded server: no request fails, and nothing is left behind in the process."""

import os
import subprocess

import build

# The patch's own region takes a handful of mappings, once; the C library's allocator may add some of its own meanwhile.
MAPPINGS_ALLOWED = 16


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def livepatch(*words):
    done = subprocess.run([build.tool("livepatch"), *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    return done.returncode, done.stdout


def run(redis, client, measured, out, name, cycles, say, expect):
    """Expects the patch to be applied, and leaves it so."""
    say(f"{cycles} reverts and applies under load")
    mappings, files = redis.mappings(), descriptors(redis.pid)
    client.endWindow()
    for cycle in range(1, cycles + 1):
        for words in (("revert", "--pid", redis.pid, name), ("apply", "--pid", redis.pid, out)):
            code, text = livepatch(*words)
            if code != 0:
                expect(False, f"cycle {cycle}: livepatch {words[0]} has exit code {code}\n{text}")
    window = client.endWindow()
    measured.add("soak", window)
    expect(window["failed"] == 0, f"0 failed of {window['requests']} checked requests" if not window["failed"]
           else f"{window['failed']} requests failed, the first: {window['first_failure']}")
    grown = redis.mappings() - mappings
    expect(grown <= MAPPINGS_ALLOWED, f"mappings: {mappings} before, {grown:+d} after (at most +{MAPPINGS_ALLOWED})")
    # The load's own connections are there all the time, so that the number is steady.
    expect(descriptors(redis.pid) <= files + 2, f"descriptors: {files} before, {descriptors(redis.pid)} after")
