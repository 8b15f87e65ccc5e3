#!/usr/bin/env python3
"""livepatch is killed before and after each of its system calls and at instants in between, while it applies and reverts patches
with and without data and stops, also in a process that is stopped as a whole: the target lives, everything that its threads
hold is as it was, no call ever sees a mix, and the next livepatch works as if nothing had been.

A few hundred kills; 10,000 with LIVEPATCH_FULL=1. A failure names the seed and all that was done to that process."""

import os
import pathlib
import random
import sys

# The tool runs under ptrace here, where the leak detector of a sanitized build refuses to work.
os.environ["ASAN_OPTIONS"] = "detect_leaks=0"
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from kill_trials import Trials  # noqa: E402

full = os.environ.get("LIVEPATCH_FULL") == "1"
kills = int(os.environ.get("LIVEPATCH_KILLS", "10000" if full else "200"))
seed = int(os.environ.get("LIVEPATCH_SEED", random.randrange(1 << 30)))
print("LIVEPATCH_SEED", seed, flush=True)
Trials(kills, seed).go(workers=4 if full else 2)
