#!/usr/bin/env python3
"""Runs the cases of patches on top of patches (README.md): one program, several patches, one live process.

usage: driver.py [--full] [--work DIR] CASE...

Exit code: 0 all cases passed, 1 some failed."""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "patchbuild"))
from build import Failure, Form, VARIANTS, buildProgram, flagsOf, tool, writeCompileCommands  # noqa: E402
from program import Program  # noqa: E402

EXIT_OF = {"patch": 0, "none": 3, "refuse": 4, "misfit": 5, "usage": 2}


def call(name, *words):
    done = subprocess.run([tool(name), *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=300)
    return done.returncode, done.stdout


def tail(name):
    return name.rsplit(":", 1)[-1]


class Run:
    def __init__(self, case, folder, variant, work):
        self.case, self.folder, self.variant, self.work = case, folder, variant, work
        for tree in sorted(p for p in folder.iterdir() if p.is_dir()):
            shutil.copytree(tree, work / tree.name)
            shutil.copy(pathlib.Path(__file__).resolve().parents[1] / "patchbuild" / "protocol.c", work / tree.name)
        self.executable, self.target = buildProgram(case, work / "0", variant)
        self.program = Program(self.executable)

    def create(self, step):
        out = self.work / step["create"]
        words = ["create", "--target", self.target, "--source-root", self.work / "0", "--new-tree",
                 self.work / step["tree"], "--name", step["create"], "-o", out]
        for parent in step.get("on", []):
            words += ["--on", self.work / parent]
        if step.get("replace"):
            words.append("--replace")
        if self.case.get("compile-commands"):
            build = self.work / f"build-{step['create']}"
            writeCompileCommands(self.work / step["tree"], flagsOf(self.case, self.variant), build)
            words += ["--build-dir", build]
        code, report = call("patchbuild", *words)
        if code != EXIT_OF[step.get("verdict", "patch")]:
            raise Failure(f"exit code {code}\n{report}")
        self.mustSay(step, report)
        if code != 0:
            return
        manifest = json.loads((out / f"{step['create']}.json").read_text())
        if [p["name"] for p in manifest["parents"]] != step.get("on", []):
            raise Failure(f"the manifest's parents are {manifest['parents']}")
        functions = sorted(tail(f["name"]) for f in manifest["functions"])
        if "functions" in step and functions != sorted(step["functions"]):
            raise Failure(f"the patch has {functions}\n{report}")

    @staticmethod
    def mustSay(step, said):
        for word in step.get("says", []):
            if word not in said:
                raise Failure(f"it does not say \"{word}\":\n{said}")

    def livepatch(self, step, *words):
        code, said = call("livepatch", *words)
        if code != step.get("exit", 0):
            raise Failure(f"exit code {code}\n{said}")
        self.mustSay(step, said)

    def do(self, step):
        if "create" in step:
            self.create(step)
        elif "apply" in step:
            self.livepatch(step, "apply", "--pid", self.program.pid, self.work / step["apply"])
        elif "revert" in step:
            self.livepatch(step, "revert", "--pid", self.program.pid, step["revert"])
        elif "restart" in step:
            self.program.__exit__()
            self.program = Program(self.executable)
        else:
            for question, expected in step["ask"]:
                got = self.program.ask(question)
                if got != expected:
                    raise Failure(f"asked \"{question}\", expected \"{expected}\", got \"{got}\"")

    def all(self):
        try:
            for number, step in enumerate(self.case["steps"], 1):
                try:
                    self.do(step)
                except Failure as failure:
                    raise Failure(f"step {number} {json.dumps(step)}: {failure}") from None
        finally:
            self.program.__exit__()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", nargs="+", type=pathlib.Path)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--work", type=pathlib.Path, help="keep everything in this folder")
    options = parser.parse_args()
    full = options.full or os.environ.get("LIVEPATCH_FULL") == "1"
    work = options.work or pathlib.Path(tempfile.mkdtemp(prefix="stacked-"))
    failures = 0
    for folder in options.case:
        folder = folder.resolve()
        case = json.loads((folder / "case.json").read_text())
        for variant in VARIANTS:
            if not (full or variant.quick) or variant.form.value not in case.get("forms", [variant.form.value]):
                continue
            place = (work / folder.name / variant.name).resolve()
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            try:
                Run(case, folder, variant, place).all()
                print(f"ok   {folder.name} {variant.name}", flush=True)
            except (Failure, subprocess.TimeoutExpired) as failure:
                failures += 1
                print(f"FAIL {folder.name} {variant.name}: {failure}\n     ({case['why']}; scratch: {place})", flush=True)
    if not failures and not options.work:
        shutil.rmtree(work, ignore_errors=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
