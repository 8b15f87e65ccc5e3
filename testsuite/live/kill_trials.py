"""Kills livepatch again and again while it works on a witness, and has the witness judged after each kill.

A trial: an application, a revert, the giving back of memory or the replacement of patches begins and is killed at one of its
system calls or shortly after one. The witness has to be well, the patch on or off as a whole, nobody held. In half of the
trials the next livepatch then has to work as if nothing had been; in the others the next one to come is killed as well.
Several workers, each with witnesses of its own, of different forms."""

import collections
import os
import random
import subprocess
import threading
import time

from harness import BIN, EXIT, WORK, call, check
from kill_life import PATCHES, Life
from kill_points import Points, Tally
from witness import Unwell, Witness, buildTool, buildWitness, makePatches

DEADLINE = "30s"   # on a busy machine the callers may be anywhere for a while

Form = collections.namedtuple("Form", "name threads forks")
FORMS = [Form("9 threads", 9, False), Form("1 thread", 1, False), Form("9 threads that fork", 9, True),
         Form("16 threads", 16, False), Form("1 thread that forks", 1, True), Form("16 threads that fork", 16, True)]
WORDS = {"apply": ["apply"], "replace": ["apply", "--replace"], "revert": ["revert"],
         "back": ["revert", "--give-back", "--longest-stop", "20s"]}
# Each kind of run once, on a process without patches; a run without a name only leads there.
COURSE = [*[(size, verb, run) for size in ("large", "small") for verb, run in (
              ("apply", "apply first"), ("revert", "revert"), ("apply", "apply again"), ("back", "back"), ("apply", None),
              ("revert", None), ("back", "back later"))],
          ("large", "apply", None), ("small", "apply", None), ("all", "replace", "replace first"), ("all", "revert", "revert"),
          ("large", "apply", None), ("small", "apply", None), ("all", "replace", "replace again"), ("all", "back", "back"),
          ("all", "back", "back later")]


class Trials:
    def __init__(self, wanted, seed):
        self.target, self.killer = buildWitness(), buildTool("killer")
        self.patches = makePatches(self.target, PATCHES)
        self.wanted, self.tally, self.failures = wanted, Tally(), []
        self.rng = random.Random(seed)
        # Which forms a short run gets to is left to chance.
        self.forms = self.rng.sample(FORMS, min(len(FORMS), max(2, wanted // 200)))
        self.points = Points(self.countCalls(), self.rng)

    def words(self, verb, witness, patch):
        return [BIN / "livepatch", *WORDS[verb], "--quiet", "--pid", witness.pid,
                patch if verb in ("apply", "replace") else patch.name, "--deadline", DEADLINE, "--stop-limit", "20s"]

    def exits(self, names):
        return [EXIT[name] for name in names]

    def kill(self, mode, n, nanos, verb, witness, patch):
        """(number of the call, threads held) or, where the run ended before, (None, exit code)."""
        words = self.killed(mode, n, nanos, verb, witness, patch)
        return (int(words[1]), int(words[2])) if words[0] == "killed" else (None, int(words[1]))

    def killed(self, mode, n, nanos, verb, witness, patch):
        done = subprocess.run([str(word) for word in [self.killer, mode, n, nanos, witness.pid, *self.words(verb, witness, patch)]],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=300, check=False)
        if not done.stdout:
            raise Unwell(f"the killer said nothing ({done.returncode})")
        return done.stdout.split()

    def run(self, verb, witness, patch, when):
        """Its exit code, what it said, and how often it had to be asked again: the machine may be too busy for a stop, or
        the thread that switches may not get a processor for seconds; then it is told as that, and the next one works."""
        for again in range(100):
            done = subprocess.run([str(word) for word in self.words(verb, witness, patch)], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, timeout=300, check=False)
            # Another test's `livepatch list` may look at all processes of the machine just now, and be gone when this one
            # wants to say who was in its way.
            if done.returncode != EXIT["busy"] and "trac" not in done.stdout and "cannot attach" not in done.stdout:
                break
            time.sleep(0.1)
        return done.returncode, f"{when}: {verb} {patch.name}: exit code {done.returncode}: {done.stdout.strip()}", again

    def countCalls(self):
        """Of each kind of run: how many system calls it makes, and the first with which it touches the process."""
        calls = {}
        for form in self.forms:
            with Witness(self.target, WORK / "board-count", threads=form.threads, forks=form.forks) as witness:
                for size, verb, kind in COURSE:
                    words = self.killed("count", 0, 0, verb, witness, self.patches[size][0])
                    # As in run(): the count may be one of a run that was not lucky, which is good enough.
                    if words[1] in map(str, self.exits(["busy", "refused"])):
                        self.run(verb, witness, self.patches[size][0], form.name)
                    else:
                        check(words[:2] == ["ended", "0"] or kind in (None, "back later"), f"{form.name}: {size} {kind}: {words}")
                    if kind:
                        calls.setdefault((form.name, size, kind), (int(words[2]), max(1, int(words[3]))))
        for form in self.forms:
            print(form.name, {" ".join(kind[1:]): count for kind, count in calls.items() if kind[0] == form.name}, flush=True)
        return calls

    def enough(self):
        return self.tally.kills >= self.wanted or self.failures

    def worker(self, k, seed):
        rng, life = random.Random(seed), 0
        try:
            while not self.enough():
                form = self.forms[(k + life) % len(self.forms)]
                life += 1
                with Witness(self.target, WORK / f"board-{k}", threads=form.threads, forks=form.forks) as witness:
                    one = Life(self, witness, form, rng, f"worker {k}, witness {life} ({form.name})")
                    try:
                        one.live()
                    except Unwell as unwell:
                        left = call("livepatch", "list", "--pid", witness.pid)[1]
                        raise Unwell("\n".join([str(unwell), "what was done to it:", *one.history, left])) from None
        except (Unwell, subprocess.SubprocessError, OSError) as failure:
            self.failures.append(f"seed {seed}: {failure}")

    def go(self, workers):
        threads = [threading.Thread(target=self.worker, args=(k, self.rng.random())) for k in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.tally.report(self.points)
        check(not self.failures, "\n".join(self.failures))
        print("0 deaths, 0 corruptions, 0 half patches, 0 next runs that failed")
