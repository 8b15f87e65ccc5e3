"""What happens to one witness: patches come, go, replace each other and are given back, and livepatch is killed at it."""

import os
import signal
import time

from witness import CUMULATIVE, NEW, OLD, Unwell

PATCHES = 5        # of each kind in one witness: each is applied for the first time once
KILLS_OF_ONE = 40  # then a new witness
# What outer() and alone() tell, with which patches.
PLAIN, LARGE, SMALL, BOTH, REPLACED = (OLD, OLD), (NEW, OLD), (OLD, NEW), (NEW, NEW), (CUMULATIVE, OLD)


class Life:
    def __init__(self, trials, witness, form, rng, name):
        self.trials, self.witness, self.form, self.rng, self.name = trials, witness, form, rng, name
        self.kills, self.history, self.now = 0, [], PLAIN
        self.known = set()  # patches that lie in the process

    def live(self):
        maps, patches = self.witness.mappings(), 0
        for k in range(PATCHES):
            for part in (lambda: self.alone(k, "large", LARGE), lambda: self.alone(k, "small", SMALL), lambda: self.replaced(k)):
                if not self.over():
                    part()
                    patches += 1
        # What a region needs: two guards, header, page of the children, code, the patch's own segments; one split each of
        # text and find-object slot.
        grown = self.witness.mappings() - maps
        with self.trials.tally.lock:
            self.trials.tally.leaked += max(0, grown - 10 * (patches + 1) - 4)
            self.trials.tally.interrupted += self.witness.numbers(1, 1)[0]

    def over(self):
        return self.kills >= KILLS_OF_ONE or self.trials.enough()

    def alone(self, k, size, on):
        """From the first application to the last revert of one patch, with kills at each."""
        patch, began = self.trials.patches[size][k], self.kills
        takeBack = ["revert", "back"]
        while self.kills - began < 8 and not self.over():
            off = (self.now == on) == (self.rng.random() < 0.85)
            self.trial(self.rng.choice(takeBack) if off else "apply", size, patch, PLAIN if off else on)
            if self.rng.random() < 0.5:
                verb = self.rng.choice(["apply", *takeBack])
                self.must(verb, patch, on if verb == "apply" else PLAIN)
        if self.now == on:
            self.must(self.rng.choice(takeBack), patch, PLAIN)

    def replaced(self, k):
        """A cumulative patch takes the place of two, again and again."""
        large, small, cumulative = (self.trials.patches[kind][k] for kind in ("large", "small", "all"))
        began = self.kills
        while self.kills - began < 6 and not self.over():
            if self.now == PLAIN:
                self.must("apply", large, LARGE)
                self.must("apply", small, BOTH)
            if self.now == BOTH:
                self.trial("replace", "all", cumulative, REPLACED)
                if self.now == BOTH and self.rng.random() < 0.5:
                    self.must("replace", cumulative, REPLACED)
            elif self.rng.random() < 0.7:
                self.trial(self.rng.choice(["revert", "back"]), "all", cumulative, PLAIN)
            else:
                self.must(self.rng.choice(["revert", "back"]), cumulative, PLAIN)
        if self.now == REPLACED:
            self.must("revert", cumulative, PLAIN)
        if self.now == BOTH:
            self.must("back", small, LARGE)
            self.must("back", large, PLAIN)

    def runOf(self, verb, patch):
        """The kind of run, as countCalls names it."""
        if verb in ("apply", "replace"):
            return f"{verb} {'again' if patch.name in self.known else 'first'}"
        return verb if verb == "revert" or self.now != PLAIN else "back later"

    def learn(self, verb, patch):
        self.known.discard(patch.name) if verb == "back" else self.known.add(patch.name)

    def trial(self, verb, size, patch, wanted):
        """A run that is killed: afterwards everything is as before, or as it was to become."""
        trials, before = self.trials, self.now
        kind = (self.form.name, size, self.runOf(verb, patch))
        mode, n, nanos = trials.points.next(kind)
        stop = self.rng.random() < 0.1
        when = f"{self.name}: {verb} {patch.name} ({kind[2]}){', stopped,' * stop} killed at {mode} of call {n} + {nanos} ns"
        if stop:
            os.kill(self.witness.pid, signal.SIGSTOP)
        number, held = trials.kill(mode, n, nanos, verb, self.witness, patch)
        if stop:
            os.kill(self.witness.pid, signal.SIGCONT)
        self.now = self.witness.generation(when)
        self.history.append(f"{when}: call {number}, {held}: {self.now}")
        # Where it ended before its kill, `held` is its exit code.
        if self.now not in ([wanted] if number is None and held == 0 else [before, wanted]):
            raise Unwell(f"{when}: {self.now} after {before}")
        limit = time.monotonic() + self.witness.patience
        while self.witness.tracedThreads():
            if time.monotonic() > limit:
                raise Unwell(f"{when}: threads are still held")
            time.sleep(0.05)
        trials.tally.add(kind, mode, n, number, held, stop)
        self.kills += number is not None
        self.learn(verb, patch)

    def must(self, verb, patch, wanted):
        """A run that has to work, whatever the one before it has left behind."""
        before, (code, text, again) = self.now, self.trials.run(verb, self.witness, patch, self.name)
        self.history.append(text)
        exits = {"done"} if before != wanted else {"already"}
        if again:
            exits.add("already")  # the one that was too early has come to its end meanwhile
        if verb in ("revert", "back") and before == wanted:
            exits.add("refused")  # what never was applied
        if verb == "back":
            exits.add("done")  # only the memory was left to be given back
        if code not in self.trials.exits(exits):
            raise Unwell(text)
        self.now = self.witness.generation(text)
        if self.now != wanted:
            raise Unwell(f"{text}: {self.now}")
        self.learn(verb, patch)
        with self.trials.tally.lock:
            self.trials.tally.recovered += 1
            self.trials.tally.busy += again > 0
