"""Kills livepatch again and again while it works on a witness, and has the witness judged after each kill.

A trial: an application or a revert begins and is killed at one of its system calls or shortly after one. The witness has to
be well, the patch on or off as a whole, nobody held. In half of the trials the next livepatch then has to work as if
nothing had been; in the others the next one to come is killed as well. Several workers, each with witnesses of its own."""

import collections
import os
import random
import signal
import subprocess
import threading
import time

from harness import BIN, EXIT, WORK, call, check
from witness import ALONE, GENERATION, NEW, OLD, Unwell, Witness, buildTool, buildWitness, makePatches

PATCHES = 5        # of each kind in one witness: each is applied for the first time once
KILLS_OF_ONE = 40  # then a new witness
DEADLINE = "30s"   # on a busy machine the callers may be anywhere for a while


class Points:
    """Where to kill, for each kind of run: all of entry and exit of each call in a shuffled order, again and again."""

    def __init__(self, calls, rng):
        self.calls, self.rng, self.queues, self.lock = calls, rng, collections.defaultdict(list), threading.Lock()

    def next(self, kind):
        with self.lock:
            if self.rng.random() < 0.4:  # somewhere in between
                return "soon", self.rng.randint(self.calls[kind] // 3, self.calls[kind]), self.rng.randint(0, 400000)
            if not self.queues[kind]:
                points = [(mode, n, 0) for n in range(1, self.calls[kind] + 1) for mode in ("entry", "exit")]
                self.rng.shuffle(points)
                self.queues[kind] = points
            return self.queues[kind].pop()


class Tally:
    def __init__(self):
        self.kills, self.late, self.held, self.stopped, self.recovered, self.halves = 0, 0, 0, 0, 0, 0
        self.where, self.points, self.leaked, self.interrupted = collections.Counter(), set(), 0, 0
        self.lock = threading.Lock()


class Trials:
    def __init__(self, wanted, seed):
        self.target, self.killer = buildWitness(), buildTool("killer")
        self.large, self.small = makePatches(self.target, PATCHES)
        self.wanted, self.tally, self.failures = wanted, Tally(), []
        self.rng = random.Random(seed)
        self.points = Points(self.countCalls(), self.rng)

    def words(self, verb, witness, patch):
        return [BIN / "livepatch", verb, "--quiet", "--pid", witness.pid, patch if verb == "apply" else patch.name,
                "--deadline", DEADLINE]

    def kill(self, mode, n, nanos, verb, witness, patch):
        """(number of the call, threads held) or, where the run ended before, (None, exit code)."""
        done = subprocess.run([str(word) for word in [self.killer, mode, n, nanos, witness.pid, *self.words(verb, witness, patch)]],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=300, check=False)
        words = done.stdout.split()
        if not words:
            raise Unwell(f"the killer said nothing ({done.returncode})")
        return (int(words[1]), int(words[2])) if words[0] == "killed" else (None, int(words[1]))

    def run(self, verb, witness, patch, when):
        for _ in range(100):
            done = subprocess.run([str(word) for word in self.words(verb, witness, patch)], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, timeout=300, check=False)
            # Another test's `livepatch list` may look at all processes of the machine just now.
            if "trac" not in done.stdout:
                break
            time.sleep(0.1)
        return done.returncode, f"{when}: {verb} {patch.name}: exit code {done.returncode}: {done.stdout.strip()}"

    def countCalls(self):
        """How many system calls each kind of run makes."""
        calls = {}
        with Witness(self.target, WORK / "board-count") as witness:
            for patch, size in ((self.large[0], "large"), (self.small[0], "small")):
                for kind, verb in (("first", "apply"), ("revert", "revert"), ("again", "apply"), ("revert", "revert")):
                    done = subprocess.run([str(word) for word in [self.killer, "count", 0, 0, witness.pid, *self.words(verb, witness, patch)]],
                                          stdout=subprocess.PIPE, text=True, check=False)
                    check(done.stdout.startswith("ended 0 "), f"{verb}: {done.stdout}")
                    calls[size, kind] = int(done.stdout.split()[2])
        print("system calls of each kind of run:", calls)
        return calls

    def enough(self):
        return self.tally.kills >= self.wanted or self.failures

    def worker(self, k, seed):
        rng, life = random.Random(seed), 0
        try:
            while not self.enough():
                life += 1
                with Witness(self.target, WORK / f"board-{k}") as witness:
                    one = Life(self, witness, rng, f"worker {k}, witness {life}")
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
        self.report()
        check(not self.failures, "\n".join(self.failures))

    def report(self):
        t = self.tally
        everywhere = 2 * sum(self.points.calls.values())
        print(f"{t.kills} kills ({t.late} runs more were faster than their kill), {len(t.points)} of {everywhere} entries and exits "
              f"of system calls; {t.held} while threads were held, {t.stopped} of a process that was stopped as a whole;\n"
              f"{t.recovered} times the next run had to work at once; 0 deaths, 0 corruptions, 0 half patches" if not self.failures
              else f"{t.kills} kills until something went wrong")
        print(f"address space left behind: {t.leaked} mappings; {t.interrupted} times epoll_wait saw EINTR")
        print("most kills at the system calls", ", ".join(f"{call} ({n})" for call, n in t.where.most_common(12)))


class Life:
    """One witness: it gets patch after patch."""

    def __init__(self, trials, witness, rng, name):
        self.trials, self.witness, self.rng, self.name = trials, witness, rng, name
        self.kills, self.history = 0, []

    def live(self):
        maps, patches = self.witness.mappings(), 0
        for k in range(PATCHES):
            for size, patch, of in (("large", self.trials.large[k], GENERATION), ("small", self.trials.small[k], ALONE)):
                if self.kills < KILLS_OF_ONE and not self.trials.enough():
                    self.patchLife(size, patch, of)
                    patches += 1
        # What a region needs: two guards, header, code, the patch's own segments; one split each of text and find-object slot.
        grown = self.witness.mappings() - maps
        with self.trials.tally.lock:
            self.trials.tally.leaked += max(0, grown - 9 * patches - 4)
            self.trials.tally.interrupted += self.witness.numbers(1, 1)[0]

    def patchLife(self, size, patch, of):
        """From the first application to the last revert of one patch, with kills at each."""
        generation, seen, began = OLD, False, self.kills
        while self.kills - began < 8 and not self.trials.enough():
            verb = "revert" if (generation == NEW) == (self.rng.random() < 0.85) else "apply"
            generation = self.trial(verb, (size, "revert" if verb == "revert" else "again" if seen else "first"), patch, of)
            if self.rng.random() < 0.5:
                verb = self.rng.choice(["apply", "revert"])
                generation = self.mustWork(verb, patch, of, generation)
                seen = seen or verb == "apply"
        if generation == NEW:
            self.mustWork("revert", patch, of, NEW)

    def trial(self, verb, kind, patch, of):
        trials, tally = self.trials, self.trials.tally
        mode, n, nanos = trials.points.next(kind)
        stop = self.rng.random() < 0.1
        when = f"{self.name}: {verb} {patch.name} ({kind[1]}){', stopped,' * stop} killed at {mode} of call {n} + {nanos} ns"
        if stop:
            os.kill(self.witness.pid, signal.SIGSTOP)
        number, held = trials.kill(mode, n, nanos, verb, self.witness, patch)
        if stop:
            os.kill(self.witness.pid, signal.SIGCONT)
        generation = self.witness.generation(when, of)
        limit = time.monotonic() + self.witness.patience
        while self.witness.tracedThreads():  # as above
            if time.monotonic() > limit:
                raise Unwell(f"{when}: threads are still held")
            time.sleep(0.05)
        self.history.append(f"{when}: call {number}, {held} held: generation {generation}")
        with tally.lock:
            if number is None:
                tally.late += 1
            else:
                self.kills += 1
                tally.kills += 1
                tally.held += held > 0
                tally.stopped += stop
                tally.where[number] += 1
                if mode != "soon":
                    tally.points.add((kind, mode, n))
        return generation

    def mustWork(self, verb, patch, of, before):
        code, text = self.trials.run(verb, self.witness, patch, self.name)
        self.history.append(text)
        wanted = NEW if verb == "apply" else OLD
        # A revert of what never was applied is told as that.
        allowed = [EXIT["done"]] if before != wanted else [EXIT["already"]] + [EXIT["refused"]] * (verb == "revert")
        if code not in allowed:
            raise Unwell(text)
        generation = self.witness.generation(text, of)
        if generation != wanted:
            raise Unwell(f"{text}: no effect")
        with self.trials.tally.lock:
            self.trials.tally.recovered += 1
        return generation
