#!/usr/bin/env python3
"""A reverted patch's memory is given back where nothing can use it any more; else it stays, and the reason is said."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import Target, buildPatchObject, buildTarget, call, check, livepatch, makePatch, waitUntil  # noqa: E402

target = buildTarget()
code = buildPatchObject()
uses = ["callback", "yield", "gate", "counter", "place"]
GIVEN, KEPT = "its memory was given back", "its memory was kept"


def patch(name, commands, object=code):
    return makePatch(name, object, commands, [target], uses)


plain = [patch(f"value{n}", f"J value value{n}\n") for n in (2, 3, 4)]


def states(pid):
    """A letter for each thread."""
    tasks = pathlib.Path(f"/proc/{pid}/task").glob("*/stat")
    return "".join(path.read_text().rpartition(")")[2].split()[0] for path in tasks)


def giveBack(program, name, *says, code="done"):
    return livepatch("revert", "--pid", program.pid, "--give-back", "--longest-stop", "1m", name, code=code, says=says)


with Target(target) as program:
    program.expect("?", "1 old", "before")
    before = program.maps()
    bytesBefore = program.text()
    # Again and again: mappings and code are as if nothing had been.
    for _ in range(5):
        livepatch("apply", "--pid", program.pid, plain[0], says=["value2 applied"])
        program.expect("?", "2 old", "applied")
        giveBack(program, "value2", GIVEN)
        program.expect("?", "1 old", "reverted")
        check(program.maps() == before, "the mappings are not as before")
        check(program.text() == bytesBefore, "the code is not as before")
    giveBack(program, "value2", "no patch value2", code="refused")

    # From the middle, the bottom and the top of a stack of three.
    for order in ((3, 2, 4), (2, 3, 4), (4, 2, 3), (4, 3, 2), (2, 4, 3), (3, 4, 2)):
        for one in plain:
            livepatch("apply", "--pid", program.pid, one)
        left = [2, 3, 4]
        for n in order:
            giveBack(program, f"value{n}", GIVEN)
            left.remove(n)
            program.expect("?", f"{max(left, default=1)} old", f"{n} taken out of the stack, {left} are left")
        check(program.maps() == before, "the mappings are not as before")
        check(program.text() == bytesBefore, "the code is not as before")

    # One that was reverted and kept is given back later. It says so in JSON, too.
    livepatch("apply", "--pid", program.pid, plain[0])
    said = json.loads(call("livepatch", "revert", "--json", "--pid", program.pid, "value2")[1])
    check(said["processes"][0]["memory"] == {"given-back": False}, f"it says {said}")
    check(program.maps() != before, "the memory should still be there")
    giveBack(program, "value2", GIVEN)
    check(program.maps() == before, "the mappings are not as before")

    # Longer than the operator allows.
    livepatch("apply", "--pid", program.pid, plain[0])
    livepatch("revert", "--pid", program.pid, "--give-back", "--longest-stop", "0ms", "value2", says=[KEPT, "stand still"])
    giveBack(program, "value2", GIVEN)

    # A text of the patch that the program has kept.
    livepatch("apply", "--pid", program.pid, patch("text", "J text text2\n"))
    program.expect("s", "1 new", "the program keeps a text of the patch")
    giveBack(program, "text", KEPT, "memory at")
    program.expect("?", "1 old", "reverted, the text is still there")
    program.expect("f", "1 old", "forgotten")
    giveBack(program, "text", GIVEN)

    # A function of the patch whose address the program has, or could have given to the kernel.
    livepatch("apply", "--pid", program.pid, patch("take", "J take take2\n", buildPatchObject("take.c", "take.so")))
    giveBack(program, "take", KEPT, "the address of a function", "may be anywhere")
    giveBack(program, "take", "is not applied", "its memory was kept", code="already")
    program.expect("?", "1 old", "after it was kept")
    counting = buildPatchObject("count.c", "count.so")
    livepatch("apply", "--pid", program.pid, patch("count", "J count count2\n", counting))
    giveBack(program, "count", KEPT, "the address of a variable", "may be anywhere")

    # A place inside of it that longjmp could go to; setjmp does not keep its address as it is.
    livepatch("apply", "--pid", program.pid, patch("mark", "J mark mark2\n"))
    program.expect("m", "1 old", "marked")
    giveBack(program, "mark", KEPT, "memory at")
    program.expect("m", "1 old", "the mark is gone")
    giveBack(program, "mark", GIVEN)

    # What another patch was built on stays as long as that one could come back.
    livepatch("apply", "--pid", program.pid, plain[0])
    listed = json.loads(call("livepatch", "list", "--json", "--pid", program.pid)[1])["processes"][0]["patches"]
    child = patch("child", "J text text2\n")
    manifest = json.loads((child / "child.json").read_text())
    manifest["parents"] = [{key: one[key] for key in ("name", "identity")} for one in listed if one["name"] == "value2"]
    (child / "child.json").write_text(json.dumps(manifest))
    livepatch("apply", "--pid", program.pid, child)
    program.expect("?", "2 new", "a patch on a patch")
    livepatch("revert", "--pid", program.pid, "child")
    giveBack(program, "value2", KEPT, "the patch child was built on it")
    program.expect("?", "1 old", "both reverted")
    giveBack(program, "child", GIVEN)
    giveBack(program, "value2", GIVEN)

# A sleeping thread's frame, or a running one's register, is all that leads to it.
kept = patch("text", "J text text2\n")
for letter, place in (("k", "its frame"), ("o", "memory below a stack of its own")):
    with Target(target) as program:
        livepatch("apply", "--pid", program.pid, kept)
        program.expect(letter, "1 new", f"a thread keeps a text of the patch in {place}")
        waitUntil(lambda: states(program.pid) == "SS", "the thread does not wait")
        giveBack(program, "text", KEPT, "memory at")
        program.expect("g", "1 old", "it has looked at the text")

with Target(target) as program:
    livepatch("apply", "--pid", program.pid, kept)
    program.expect("h", "1 new", "a thread holds a text of the patch")
    giveBack(program, "text", KEPT, "register")
    program.expect("?", "1 old", "the thread still has it")
    program.expect("l", "1 old", "it has looked at the text")

# Only the patch with the function that is meant: its code decides.
with Target(target) as program:
    small = buildPatchObject("suspended.c", "suspended.so")
    livepatch("apply", "--pid", program.pid, makePatch("coroutine", small, "J suspended suspended2\n", [target], uses))
    program.expect("c", "1 old", "a coroutine is suspended inside of the patch")
    giveBack(program, "coroutine", KEPT)
    program.expect("r", "1 old", "it goes on in the patch's code, and returns")

with Target(target) as program:
    livepatch("apply", "--pid", program.pid, "--consistency", "function",
              makePatch("waits", buildPatchObject("wait.c", "wait.so"), "J wait wait2\n", [target], uses))
    program.expect("w", "1 old", "a thread waits inside of the patch")
    waitUntil(lambda: states(program.pid) == "SS", "the thread does not wait")
    livepatch("revert", "--pid", program.pid, "--consistency", "function", "--give-back", "--longest-stop", "1m", "waits",
              says=[KEPT])
    program.expect("g", "1 old", "the thread has left")
    program.expect("?", "1 old", "and the process lives")
