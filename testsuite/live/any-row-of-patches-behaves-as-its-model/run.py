#!/usr/bin/env python3
"""Random rows of apply, revert, replace and give-back, with many patches, against a model of what has to run.

LIVEPATCH_FULL=1 makes thousands of steps; SEED=n repeats one row."""

import os
import pathlib
import random
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import EXIT, HERE, WORK, Target, buildPatchObject, buildTarget, call, check, makePatch  # noqa: E402

PATCHES, FUNCTIONS, VARIABLES = 10, 6, 3
full = os.environ.get("LIVEPATCH_FULL") == "1"
seed = int(os.environ.get("SEED", random.randrange(10 ** 6)))
chance = random.Random(seed)
print(f"SEED={seed}")


class Patch:
    def __init__(self, number):
        self.name = f"row{number}"
        self.functions = {f: number for f in chance.sample(range(FUNCTIONS), chance.randint(1, FUNCTIONS))}
        # Without a guard: they write whatever is there.
        self.data = {v: number * 100 + v for v in chance.sample(range(VARIABLES), chance.choice((0, 0, 1, 2)))}
        source = WORK / f"{self.name}.c"
        source.write_text("".join(f"int f{f}_{number}(void) {{ return {number}; }}\n" for f in self.functions))
        lines = [f"J f{f} f{f}_{number}" for f in self.functions]
        lines += [f"V v{v} {value.to_bytes(4, 'little').hex()}" for v, value in self.data.items()]
        code = buildPatchObject(os.path.relpath(source, HERE), f"{self.name}.so")
        self.folder = makePatch(self.name, code, "\n".join(lines) + "\n", [target])


target = buildTarget()
patches = [Patch(number) for number in range(1, PATCHES + 1)]


class Model:
    """What is applied, oldest first, and where each patch that has a region stands among all of them."""

    def __init__(self):
        self.applied, self.order, self.cumulative = [], [], set()

    def answer(self):
        functions, data = [0] * FUNCTIONS, [0] * VARIABLES
        for patch in self.applied:
            for f, value in patch.functions.items():
                functions[f] = value
            for v, value in patch.data.items():
                data[v] = value
        return f"{' '.join(map(str, functions))} | {' '.join(map(str, data))}"

    def outcome(self, verb, patch, code):
        """The exit code to be expected, and the model changed accordingly."""
        if verb in ("revert", "give-back"):
            if patch in self.applied:
                self.applied.remove(patch)
                return "done"
            if patch not in self.order:
                return "refused"
            return "already" if verb == "revert" else "done"
        if patch in self.applied:
            return "already"
        if patch in self.order:
            newer = [p for p in self.applied if self.order.index(p) > self.order.index(patch)]
            if verb == "apply" and any(p.functions.keys() & patch.functions.keys() or p.data.keys() & patch.data.keys()
                                       for p in newer):
                # With ways back that hide what the newer ones change, a new region is placed on top of them instead.
                if patch not in self.cumulative or code == EXIT["refused"]:
                    return "refused"
            # One that has replaced others governs their functions, too.
            if verb == "apply" and self.cumulative.intersection(newer) and code == EXIT["refused"]:
                return "refused"
        if verb == "replace":
            self.applied = []
            self.cumulative.add(patch)
        # Its old place again, or the top: where a patch lies is what `list` says afterwards.
        self.applied.append(patch)
        return "done"


def names(pid):
    """(name, status) of each region, oldest first; a patch may have left one behind that it could not use again."""
    return re.findall(r"^  (row\d+) (\w+),", call("livepatch", "list", "--pid", pid)[1], re.MULTILINE)


WORDS = {"apply": ["apply"], "replace": ["apply", "--replace"], "revert": ["revert"],
         "give-back": ["revert", "--give-back", "--longest-stop", "1m"]}
for row in range(40 if full else 2):
    with Target(target) as program:
        model = Model()
        program.expect("?", model.answer(), "at first")
        before = program.maps()
        for step in range(100 if full else 30):
            verb = chance.choice(("apply", "apply", "apply", "replace", "revert", "revert", "give-back"))
            patch = chance.choice(patches)
            code, text = call("livepatch", *WORDS[verb], "--pid", program.pid,
                              patch.folder if verb in ("apply", "replace") else patch.name)
            expected = model.outcome(verb, patch, code)
            what = f"SEED={seed}, row {row}, step {step}: {verb} {patch.name}"
            check(code == EXIT[expected], f"{what}: exit code {code}, expected {expected}\n{text}")
            if verb == "give-back" and code == 0:
                check("was given back" in text, f"{what}: {text}")
            # The order from the target itself; what is applied, from the model.
            order = names(program.pid)
            listed = {name for name, status in order if status == "applied"}
            model.order = [p for name, status in order for p in patches
                           if p.name == name and (status == "applied" or name not in listed)]
            check(listed == {p.name for p in model.applied}, f"{what}: list says that {listed} are applied")
            model.applied.sort(key=model.order.index)
            program.expect("?", model.answer(), what)
        for patch in patches:
            code, text = call("livepatch", *WORDS["give-back"], "--pid", program.pid, patch.name)
            check("kept" not in text, f"SEED={seed}, row {row}, at the end: {text}")
        program.expect("?", Model().answer(), "at the end")
        check(program.maps() == before, f"SEED={seed}, row {row}: at the end the mappings are not as before\n{before}\n{program.maps()}")
