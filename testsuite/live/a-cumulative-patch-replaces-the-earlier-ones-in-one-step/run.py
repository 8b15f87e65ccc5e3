#!/usr/bin/env python3
"""A cumulative patch, built from the base, goes where several patches are: one step, and nothing of them is left over."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import Target, buildPatchObject, buildTarget, call, check, livepatch, makePatch  # noqa: E402

target = buildTarget()
code = buildPatchObject()
two = makePatch("two", code, "J first first2\nJ second second2\nV number 02000000 if=01000000\n", [target])
three = makePatch("three", code, "J first first3\nJ second second3\nJ third third3\nV number 03000000\nV extra 03000000\n",
                  [target])
# Its guard is the base's value: it holds only because the earlier patches' values are taken back first. It knows
# nothing of third, which runs the program's own code again.
everything = makePatch("all", code, "J first first4\nJ second second4\nV number 04000000 if=01000000\n", [target])


def statuses(pid):
    said = json.loads(call("livepatch", "list", "--json", "--pid", pid)[1])
    return {patch["name"]: patch["status"] for patch in said["processes"][0]["patches"]}


with Target(target) as program:
    for patch in (two, three):
        livepatch("apply", "--pid", program.pid, patch)
    program.expect("?", "3 3 3 3 3 mixed 0", "with two and three")
    livepatch("apply", "--pid", program.pid, "--replace", "--dry-run", everything, says=["in place of two, three"])
    program.expect("?", "3 3 3 3 3 mixed 0", "after the dry run")
    livepatch("apply", "--pid", program.pid, "--replace", everything,
              says=["in place of two, three", "the program's own code again: third", "number written"])
    program.expect("?", "4 4 1 4 1 mixed 0", "replaced")
    found = statuses(program.pid)
    check(found.pop("all") == "applied" and set(found.values()) <= {"reverted"}, f"list says {found}")
    livepatch("revert", "--pid", program.pid, "two", code=("refused" if "two" not in found else "already"))
    livepatch("revert", "--pid", program.pid, "all")
    program.expect("?", "1 1 1 1 1 mixed 0", "reverted: the program as it was built")

    # The same again, with all of them there; the running thread never sees a mix, nor a moment without a patch.
    for level in ("stack", "function") * 5:
        for patch in (two, three):
            livepatch("apply", "--pid", program.pid, patch)
        program.expect("p", "3 3 3 3 3 mixed 0", "two and three again")
        livepatch("apply", "--pid", program.pid, "--replace", "--consistency", level, everything,
                  says=["in place of two, three"])
        program.expect("q", "4 4 1 4 1 mixed 0", "replaced again")
        livepatch("revert", "--pid", program.pid, "all")
        program.expect("?", "1 1 1 1 1 mixed 0", "reverted again")

    # What the earlier ones wrote counts for how it is switched, though the new one has but a function of its own.
    one = makePatch("one", code, "J first first4\n", [target])
    livepatch("apply", "--pid", program.pid, makePatch("data", code, "J first first2\nV number 02000000\n", [target]))
    for dry in (["--dry-run"], []):
        text = call("livepatch", "apply", "--json", "--replace", *dry, "--pid", program.pid, one)[1]
        said = json.loads(text)["processes"][0]
        check(said.get("consistency") == "stack", f"it says {said}")
    livepatch("revert", "--pid", program.pid, "one")
    program.expect("?", "1 1 1 1 1 mixed 0", "reverted: number has gone with its patch")

    # What the program has made of a variable stays: the guard of the new patch does not hold.
    livepatch("apply", "--pid", program.pid, two)
    program.expect("s", "2 2 1 77 1 mixed 0", "the program has changed number")
    livepatch("apply", "--pid", program.pid, "--replace", everything, says=["number was left as it is"])
    program.expect("?", "4 4 1 77 1 mixed 0", "number is the program's")
    livepatch("apply", "--pid", program.pid, "--replace", everything, code="already")

# The same name, other content: the rebuilt patch takes the place of the old one. The manifest may ask for it, too.
with Target(target) as program:
    livepatch("apply", "--pid", program.pid, makePatch("same", code, "J first first2\nJ second second2\nJ third third3\n", [target]))
    rebuilt = makePatch("same", code, "J first first4\nJ second second4\n", [target])
    livepatch("apply", "--pid", program.pid, rebuilt, code="refused", says=["other content", "--replace"])
    manifest = json.loads((rebuilt / "same.json").read_text())
    (rebuilt / "same.json").write_text(json.dumps(manifest | {"replaces": "all"}))
    livepatch("apply", "--pid", program.pid, rebuilt, says=["in place of same"])
    program.expect("?", "4 4 1 1 1 mixed 0", "the rebuilt patch")
    livepatch("revert", "--pid", program.pid, "same")
    program.expect("?", "1 1 1 1 1 mixed 0", "neither of them")
    livepatch("revert", "--pid", program.pid, "same", code="already")
