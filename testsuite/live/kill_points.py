"""Where livepatch is killed: at which of its system calls, for each kind of run, and what came of it."""

import collections
import random
import threading


class Points:
    """Entry and exit of each call in a shuffled order, again and again; and instants in between.

    `calls`: for each kind of run how many calls it makes, and which is the first that touches the process. In front of
    that nothing is changed yet: one in twenty of those points is enough."""

    def __init__(self, calls, rng):
        self.calls, self.rng, self.queues, self.lock = calls, rng, collections.defaultdict(list), threading.Lock()

    def next(self, kind):
        count, first = self.calls[kind]
        with self.lock:
            if self.rng.random() < 0.35:  # somewhere in between
                return "soon", self.rng.randint(first, count), self.rng.randint(0, 400000)
            if not self.queues[kind]:
                numbers = [n for n in range(1, count + 1) if n >= first or self.rng.random() < 0.05]
                points = [(mode, n, 0) for n in numbers for mode in ("entry", "exit")]
                self.rng.shuffle(points)
                self.queues[kind] = points
            return self.queues[kind].pop()

    def everywhere(self):
        return sum(2 * (count - first + 1) for count, first in self.calls.values())


class Tally:
    def __init__(self):
        self.kills, self.late, self.held, self.stopped, self.recovered, self.busy = 0, 0, 0, 0, 0, 0
        self.where, self.kinds, self.forms = collections.Counter(), collections.Counter(), collections.Counter()
        self.points, self.leaked, self.interrupted = set(), 0, 0
        self.lock = threading.Lock()

    def add(self, kind, mode, n, number, held, stop):
        with self.lock:
            if number is None:
                self.late += 1
                return
            self.kills += 1
            self.held += held > 0
            self.stopped += stop
            self.where[number] += 1
            self.forms[kind[0]] += 1
            self.kinds[" ".join(kind[1:])] += 1
            if mode != "soon":
                self.points.add((kind, mode, n))
            if self.kills % 500 == 0:
                print(self.kills, "kills", flush=True)

    def report(self, calls):
        points = [point for point in self.points if point[2] >= calls.calls[point[0]][1]]
        print(f"{self.kills} kills ({self.late} runs more were faster than their kill), at {len(points)} of {calls.everywhere()} entries "
              f"and exits of system calls from the first that touches the process on; {self.held} while threads were held, "
              f"{self.stopped} of a process that was stopped as a whole; {self.recovered} times the next run had to work "
              f"({self.busy} times it found the machine too busy, and was asked again)")
        print("programs:", ", ".join(f"{form} ({n})" for form, n in self.forms.most_common()))
        print("runs:", ", ".join(f"{kind} ({n})" for kind, n in self.kinds.most_common()))
        print(f"address space left behind: {self.leaked} mappings; {self.interrupted} times epoll_wait saw EINTR")
        print("most kills at the system calls", ", ".join(f"{call} ({n})" for call, n in self.where.most_common(12)))
