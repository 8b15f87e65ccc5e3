"""One change, tried: the verdict of patchbuild, what a fresh build says really changed, and a live process."""

import json
import pathlib
import shutil
import subprocess
import time

import services
import truth
from trees import applyPatch, build, restore, withoutFixes

OUTCOME = {0: "patch", 3: "none", 4: "refused", 5: "does-not-fit", 2: "usage", 1: "failed"}
CREATE_WITHIN_S, LIVEPATCH_WITHIN_S = 900, 60


class Base:
    """A program built twice: as users build it, for patchbuild and to run; and with equal line numbers, for the
    truth."""

    def __init__(self, program, work, tools):
        self.program, self.work, self.tools = program, work, tools
        self.tree, self.pristine, self.fresh = work / "base", work / "pristine", work / "fresh"
        self.map = work / "pristine.lpmap"

    @property
    def target(self):
        return self.tree / self.program.artefact

    def compiler(self):
        """`__LINE__` is 1: the fingerprints of two builds then differ only where the code does."""
        wrapper = self.work / "cc"
        wrapper.write_text(f'#!/bin/sh\nexec {self.tools.clang} -Wno-builtin-macro-redefined -D__LINE__=1 "$@"\n')
        wrapper.chmod(0o755)
        return wrapper

    def makeTarget(self, source):
        """What users would build; not built again for the same compiler and plugin."""
        self.buildTree(source, self.tree, self.tools.clang)

    def make(self, source):
        self.makeTarget(source)
        if self.buildTree(source, self.pristine, self.compiler()) or not self.fresh.is_dir():
            shutil.rmtree(self.fresh, ignore_errors=True)
            shutil.copytree(self.pristine, self.fresh, symlinks=True)
            self.map.unlink(missing_ok=True)

    def buildTree(self, source, tree, compiler):
        """True where there was something to do."""
        stamp = self.work / f"{tree.name}.built-by"
        identity = self.tools.identity()
        if stamp.is_file() and stamp.read_text() == identity:
            return False
        shutil.rmtree(tree, ignore_errors=True)
        shutil.copytree(source, tree, symlinks=True)
        withoutFixes(tree, self.program.fixes)
        log = self.work / f"{tree.name}.log"
        if not build(self.program, tree, compiler, log, configure=True):
            raise RuntimeError(f"{self.program.name} does not build, see {log}")
        stamp.write_text(identity)
        return True

    def truthOf(self, folder, patch, strip):
        """Rebuilds what the patch concerns. None: it does not build."""
        restore(self.fresh, self.pristine)
        if applyPatch(self.fresh, patch, strip).returncode != 0:
            return None
        # Old objects carry whole seconds in some archives; a source must be newer than they are.
        if not build(self.program, self.fresh, self.compiler(), folder / "fresh.log"):
            return None
        if not self.map.is_file():
            truth.loadMap(self.tools.patchbuild, self.pristine / self.program.artefact, self.map)
        new = truth.loadMap(self.tools.patchbuild, self.fresh / self.program.artefact, folder / "fresh.lpmap")
        (folder / "fresh.lpmap").unlink()
        return truth.compare(json.loads(self.map.read_text()), new)


def create(base, folder, patch, strip):
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    command = [base.tools.patchbuild, "create", "--json", "--target", str(base.target), "--source-root", str(base.tree),
               "--patch", str(patch), "--name", "fix", "-o", str(out)]
    start = time.monotonic()
    with (folder / "report.json").open("w") as report, (folder / "create.err").open("w") as errors:
        done = subprocess.run(command, stdout=report, stderr=errors, check=False, timeout=CREATE_WITHIN_S)
    return done.returncode, time.monotonic() - start


def livepatch(base, log, *words):
    done = subprocess.run([base.tools.livepatch, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=LIVEPATCH_WITHIN_S, check=False)
    log.write(f"$ livepatch {' '.join(map(str, words))}: {done.returncode}\n{done.stdout}\n")
    return done.returncode


def differ(log, when, expected, got):
    if expected == got:
        return False
    log.write(f"{when}:\n")
    for question in expected.keys() | got.keys():
        if expected.get(question) != got.get(question):
            log.write(f"  {question}: expected {expected.get(question)!r}, got {got.get(question)!r}\n")
    return True


def live(base, folder):
    """"ok", or which step showed another behaviour than a fresh build of the same source."""
    start = services.SERVICES.get(base.program.service)
    if not start:
        return "no-service"
    with (folder / "live.log").open("w") as log:
        with start(base.fresh / base.program.artefact, folder / "fresh-run") as fresh:
            after = fresh.answers()
        with start(base.target, folder / "run") as service:
            before = service.answers()
            if livepatch(base, log, "apply", "--pid", service.pid, folder / "out"):
                return "apply-failed"
            if differ(log, "after apply", after, service.answers()):
                return "other-answers"
            if livepatch(base, log, "revert", "--pid", service.pid, "fix"):
                return "revert-failed"
            if differ(log, "after revert", before, service.answers()):
                return "other-answers-reverted"
        return "ok" if before == after else "ok-seen"


def judge(report, found, outcome):
    """Functions that patchbuild should have replaced and did not, and those it should not have."""
    reported = {(f["unit"], f["name"].rsplit(":", 1)[-1]) for f in report.get("functions", []) if f["action"] != "new"}
    names = {name for _, name in reported}
    # Callers with the same code have to lead to the new function where the old one's interface is another.
    follow = {f["name"].rsplit(":", 1)[-1] for f in report.get("functions", [])
              if all(reason.startswith("callee-signature ") for reason in f["reasons"])}
    changed = {name for _, name in found.changed}
    return {"reported": len(reported), "changed": len(found.changed), "new": len(found.new),
            "missing": sorted(changed - names) if outcome in ("patch", "none") else [],
            "surplus": sorted(names - changed - follow) if outcome == "patch" else [],
            "data": [name for _, name in found.data], "types": found.types}


def doesNotCompile(folder):
    """What patchbuild says of a change that is no working program."""
    return "the new source does not compile" in (folder / "create.err").read_text()


def tryChange(base, folder, patch, strip=1, quick=False):
    """Returns what is kept of the trial, and leaves the logs in `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    found = truth.Truth([], [], [], [], []) if quick else base.truthOf(folder, patch, strip)
    if found is None:
        return {"outcome": "does-not-build"}
    try:
        code, seconds = create(base, folder, patch, strip)
    except subprocess.TimeoutExpired:
        return {"outcome": "hangs"}
    result = {"outcome": OUTCOME.get(code, f"crash {code}"), "seconds": round(seconds, 2)}
    text = (folder / "report.json").read_text()
    report = json.loads(text) if text.startswith("{") else {}
    result |= judge(report, found, result["outcome"])
    result["rules"] = sorted({refusal["rule"] for refusal in report.get("refusals", [])})
    result["warnings"] = sorted({warning["kind"] for warning in report.get("warnings", [])})
    if quick:
        result |= {"missing": [], "surplus": [], "live": "no-service"}
        if code == 1 and doesNotCompile(folder):
            return {"outcome": "does-not-build"}
    elif code == 0:
        try:
            result["live"] = live(base, folder)
        except (OSError, services.ServiceError, subprocess.TimeoutExpired) as error:
            result["live"] = f"broken: {error}"
    return result
