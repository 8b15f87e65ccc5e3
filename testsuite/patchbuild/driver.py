#!/usr/bin/env python3
"""Runs patchbuild's cases for real: build `before/` patchable, start it, let patchbuild find the change to `after/`,
apply the patch to the running process, ask it, revert, ask it again.

usage: driver.py [--full] [--variant O2-pie]... [--work DIR] CASE...

A case is a folder with `before/`, `after/` and `case.json` (see README.md). The tools come from LIVEPATCH_BIN or PATH.
Exit code: 0 all cases passed, 1 some failed, 2 usage."""

import argparse
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from build import Failure, Form, VARIANTS, buildProgram, flagsOf, hasOwnMain, tool, writeCompileCommands
from program import Program
from scenarios import record, rowsOf
from words import checkRefusals

# The exit codes of patchbuild, as docs promise them.
EXIT_OF = {"patch": 0, "warn": 0, "none": 3, "refuse": 4, "misfit": 5}


def snapshot(tree):
    """Name, content and time of each file: create must leave the base build as it found it."""
    return {str(path.relative_to(tree)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
            for path in sorted(tree.rglob("*")) if path.is_file()}


def onlyWhatIsDocumented(folder):
    """PATH as on a machine where no compiler is called clang: the target's map names the one that counts."""
    folder.mkdir(exist_ok=True)
    for name in ("git", "patch", "ld"):
        link = folder / name
        if not link.is_symlink():
            link.symlink_to(shutil.which(name))
    return {**os.environ, "PATH": str(folder)}


def create(target, base, after, out, extra):
    command = [tool("patchbuild"), "create", "--target", str(target), "--source-root", str(base),
               "--new-tree", str(after), "--name", "fix", "-o", str(out)] + extra
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300,
                          env=onlyWhatIsDocumented(out.parent / "path"))
    return done.returncode, done.stdout


def livepatch(*words):
    done = subprocess.run([tool("livepatch"), *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=120)
    if done.returncode != 0:
        raise Failure(f"livepatch {' '.join(map(str, words))}: exit code {done.returncode}\n{done.stdout}")
    return done.stdout


def tail(name):
    """A symbol without the source file that qualifies a local one; mangled C++ names hold no colon."""
    return name.rsplit(":", 1)[-1]


def sameSet(what, expected, got, context):
    expected, got = sorted(expected), sorted(got)
    if expected != got:
        raise Failure(f"{what}: expected {expected}, got {got}\n{context}")


def expected(case, what, variant):
    """`verdict`, say, but `verdict-at` has exceptions by variant, by form or by level, the narrowest first."""
    at = case.get(f"{what}-at", {})
    keys = (variant.name, variant.form.value, variant.level)
    return next((at[key] for key in keys if key in at), case.get(what))


def checkManifest(case, variant, out, report):
    manifest = json.loads((out / "fix.json").read_text())
    context = "\n".join([report, json.dumps(manifest.get("functions", []), indent=1)])
    wanted = expected(case, "functions", variant)
    changed = [tail(f["name"]) for f in manifest.get("functions", []) if f["action"] != "new"]
    if wanted is not None:
        # What is only known of a callee, such as the range of its results, reaches callers with some compilers.
        sameSet("changed functions", wanted, [c for c in changed if c in wanted or c not in case.get("may", [])], context)
    if "redirects" in case:
        sameSet("redirects", case["redirects"], [tail(r["target"]) for r in manifest.get("redirects", [])], context)
    if "data" in case:
        got = {f"{d['command']} {tail(d['target']).split('+')[0]}" for d in manifest.get("data", [])}
        sameSet("data", expected(case, "data", variant), got, report + (out / "fix.cmd").read_text())
    for name in case.get("not", []):
        if name in changed:
            raise Failure(f"{name} is reported, and did not change\n{context}")
    kinds = [w["kind"] for w in manifest.get("warnings", [])]
    for kind in case.get("warnings", []):
        if kind not in kinds:
            raise Failure(f"no warning \"{kind}\", got {kinds}\n{report}")
    undefined = subprocess.run(["nm", "-D", "--undefined-only", str(out / "fix.so")], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
    for name in case.get("not-undefined", []):
        if name in undefined.stdout:
            raise Failure(f"the patch asks for {name}:\n{undefined.stdout}")
    for name in ("fix.so", "fix.cmd"):
        digest = hashlib.sha256((out / name).read_bytes()).hexdigest()
        if manifest["files"].get(name) != digest:
            raise Failure(f"the manifest's hash of {name} is not that of the file")
        if str(out.parent) in (out / "fix.json").read_text():
            raise Failure("the manifest holds an absolute path")


def expectAnswers(program, when, steps):
    for question, expected in steps:
        got = program.ask(question)
        if got != expected:
            raise Failure(f"{when}: asked \"{question}\", expected \"{expected}\", got \"{got}\"")


def answersOf(executable, questions):
    with Program(executable) as program:
        return [[question, program.ask(question)] for question in questions]


def applyAndAsk(case, target, executable, fresh, out):
    """What matters: the live process answers as a fresh build of the new source would, and as before after a revert."""
    questions = case.get("ask", ["go"])
    before = case.get("before") or answersOf(executable, questions)
    after = case.get("after") or answersOf(fresh, questions)
    # Where the answers are given by hand, state is involved; else a patch that does nothing must not pass.
    if "after" not in case and before == after and not case.get("same-answers"):
        raise Failure(f"the case proves nothing: old and new program both answer {after}")
    reverted = case.get("reverted") or before
    with Program(executable) as program:
        expectAnswers(program, "before", before)
        refused = case.get("not-applied-with")
        if refused:
            expectNotApplied(program, refused, out)
            expectAnswers(program, "after an apply that was refused", before)
        said = livepatch("apply", "--pid", program.pid, *case.get("apply", []), out)
        for word in case.get("apply-message", []):
            if word not in said:
                raise Failure(f"livepatch apply does not say \"{word}\":\n{said}")
        expectAnswers(program, "after apply", after)
        livepatch("revert", "--pid", program.pid, "fix")
        expectAnswers(program, "after revert", reverted)


def verdictOf(code, out):
    """What create ended with, in the words of the scenarios."""
    if code == 0:
        return "warn" if json.loads((out / "fix.json").read_text()).get("warnings") else "patch"
    return next((verdict for verdict, exit in EXIT_OF.items() if exit == code), f"exit code {code}")


def expectNotApplied(program, refused, out):
    """`arguments` of apply with which it has to give up within `seconds`, and what it says then."""
    started = time.monotonic()
    done = subprocess.run([tool("livepatch"), "apply", "--pid", str(program.pid), *refused["arguments"], str(out)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    took = time.monotonic() - started
    if done.returncode == 0:
        raise Failure(f"livepatch apply {refused['arguments']} was to be refused, and is not:\n{done.stdout}")
    for word in refused["says"]:
        if word not in done.stdout:
            raise Failure(f"livepatch apply {refused['arguments']} does not say \"{word}\":\n{done.stdout}")
    if took > refused["seconds"]:
        raise Failure(f"livepatch apply {refused['arguments']} took {took:.1f} s to say so, not {refused['seconds']}")


def runVariant(case, folder, variant, work, seen):
    base, after, out = work / "base", work / "after", work / "out"
    for name, tree in (("before", base), ("after", after)):
        shutil.copytree(folder / name, tree)
        if not hasOwnMain(tree):
            shutil.copy(pathlib.Path(__file__).with_name("protocol.c"), tree)
    executable, target = buildProgram(case, base, variant)
    words = list(case.get("create", []))
    if "compile-commands" in case:
        writeCompileCommands(after, flagsOf(case, variant) + case["compile-commands"], work / "build")
        words += ["--build-dir", str(work / "build")]
    for name, (old, new) in case.get("edit-base", {}).items():
        text = (base / name).read_text()
        (base / name).write_text(text.replace(old, new))
    verdicts = expected(case, "verdict", variant).split("|")
    # __TIME__ has to be another one.
    time.sleep(case.get("wait", 0))
    # A fresh build of the new tree is the yardstick, for what the patch leaves out and for how the patched program
    # answers. It is made elsewhere, the tree itself stays as patchbuild saw it.
    fresh = freshTarget = None
    if not {"refuse", "misfit"} & set(verdicts):
        freshTree = work / "fresh"
        shutil.copytree(after, freshTree)
        fresh, freshTarget = buildProgram(case, freshTree, variant)
        words += ["--verify-fresh", str(freshTarget)]
    was = snapshot(base)
    code, report = create(target, base, after, out, words)
    if snapshot(base) != was:
        raise Failure("create changed the base build")
    seen["verdict"] = verdictOf(code, out)
    if not any(EXIT_OF[v] == code for v in verdicts):
        raise Failure(f"create: expected {' or '.join(f'{v} ({EXIT_OF[v]})' for v in verdicts)}, exit code {code}\n"
                      f"{report}")
    if code == EXIT_OF["refuse"]:
        checkRefusals(report, base, after)
    for word in case.get("message", []):
        if word not in report:
            raise Failure(f"the message does not say \"{word}\":\n{report}")
    for word in case.get("not-message", []):
        if word in report:
            raise Failure(f"the message says \"{word}\":\n{report}")
    if code != 0:
        if out.exists():
            raise Failure("nothing was to be produced, and there is an output folder")
        return
    checkManifest(case, variant, out, report)
    if case.get("twice"):
        again = work / "again"
        create(target, base, after, again, words)
        for path in sorted(out.iterdir()):
            if path.read_bytes() != (again / path.name).read_bytes():
                raise Failure(f"{path.name} is not the same when made twice")
    if not fresh:
        freshTree = work / "fresh"
        shutil.copytree(after, freshTree)
        fresh, _ = buildProgram(case, freshTree, variant)
    applyAndAsk(case, target, executable, fresh, out)


def variantsOf(case, folder, options):
    chosen = VARIANTS if options.full else [v for v in VARIANTS if v.quick]
    if options.variant:
        chosen = [v for v in VARIANTS if v.name in options.variant]
    chosen = [v for v in chosen if v.level in case.get("levels", [v.level])]
    if hasOwnMain(folder / "before"):
        chosen = [v for v in chosen if v.form != Form.SHARED]
    return [v for v in chosen if v.form.value in case.get("forms", [v.form.value])]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", nargs="+", type=pathlib.Path)
    parser.add_argument("--full", action="store_true", help="all optimisation levels, with -g, non-PIE, shared")
    parser.add_argument("--variant", action="append", help="only this one, such as O2-pie")
    parser.add_argument("--results", type=pathlib.Path, default=os.environ.get("LIVEPATCH_SCENARIOS"),
                        help="leave a line for the table of scenarios in this folder (scenarios.py)")
    parser.add_argument("--compiler", default="clang-" + os.environ.get("LIVEPATCH_LLVM", "unknown"),
                        help="what the table calls the compiler")
    parser.add_argument("--work", type=pathlib.Path, help="keep everything in this folder")
    options = parser.parse_args()
    options.results = options.results and pathlib.Path(options.results)
    options.full = options.full or os.environ.get("LIVEPATCH_FULL") == "1"
    work = options.work or pathlib.Path(tempfile.mkdtemp(prefix="patchbuild-"))
    failures = 0
    for folder in options.case:
        folder = folder.resolve()
        case = json.loads((folder / "case.json").read_text())
        for variant in variantsOf(case, folder, options):
            place = (work / folder.name / variant.name).resolve()
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            seen = {"verdict": "no verdict"}
            ok = False
            try:
                runVariant(case, folder, variant, place, seen)
                ok = True
                print(f"ok   {folder.name} {variant.name} {seen['verdict']}", flush=True)
            except (Failure, subprocess.TimeoutExpired) as failure:
                failures += 1
                print(f"FAIL {folder.name} {variant.name}: {failure}\n     ({case['why']}; scratch: {place})", flush=True)
            finally:
                if options.results:
                    record(options.results, folder.name, rowsOf(case), options.compiler, variant.name,
                           expected(case, "verdict", variant), seen["verdict"], ok)
    if not failures and not options.work:
        shutil.rmtree(work, ignore_errors=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
