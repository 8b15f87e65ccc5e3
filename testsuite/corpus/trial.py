"""One change, tried: the verdict of patchbuild, the proof against a fresh build, and a live process."""

import json
import shutil
import subprocess
import time

import services
from trees import applyPatch, build, restore, withoutFixes

OUTCOME = {0: "patch", 3: "none", 4: "refused", 5: "does-not-fit", 2: "usage", 1: "failed"}
CREATE_WITHIN_S, LIVEPATCH_WITHIN_S = 900, 60


class Base:
    """A program as users build it. A change is built in the same place, and the tree put back afterwards: absolute
    paths in build systems and programs are then the same in both builds."""

    def __init__(self, program, work, tools, jobs=2):
        self.program, self.work, self.tools, self.jobs = program, work, tools, jobs
        self.tree, self.pristine = work / "base", work / "pristine"

    @property
    def target(self):
        return self.tree / self.program.artefact

    @property
    def built(self):
        """A copy that stays as it is while the tree is changed."""
        return self.pristine / self.program.artefact

    def make(self, source):
        """Not built again for the same compiler, plugin and build text."""
        stamp = self.work / "base.built-by"
        identity = f"{self.tools.identity()}\n{self.program.configure}\n{self.program.build}\n"
        if stamp.is_file() and stamp.read_text() == identity and self.pristine.is_dir():
            restore(self.tree, self.pristine)
            return
        stamp.unlink(missing_ok=True)
        shutil.rmtree(self.tree, ignore_errors=True)
        shutil.copytree(source, self.tree, symlinks=True)
        withoutFixes(self.tree, self.program.fixes)
        log = self.work / "base.log"
        start = time.monotonic()
        if not self.build(log, configure=True):
            raise RuntimeError(f"{self.program.name} does not build, see {log}")
        shutil.rmtree(self.pristine, ignore_errors=True)
        shutil.copytree(self.tree, self.pristine, symlinks=True)
        (self.work / "base.json").write_text(json.dumps({"seconds": round(time.monotonic() - start, 1)}))
        stamp.write_text(identity)

    def build(self, log, configure=False):
        return build(self.program, self.tree, self.tools, log, self.jobs, configure)

    def sources(self):
        """The files of the tree that the artefact was made of, as its map has them."""
        out = self.work / "base.lpmap"
        subprocess.run([self.tools.patchbuild, "map", str(self.target), "-o", str(out)], stdout=subprocess.DEVNULL,
                       check=True)
        units = json.loads(out.read_text())["units"]
        named = {(self.tree / unit["directory"] / name).resolve() for unit in units for name in unit["files"]}
        tree = self.tree.resolve()
        return sorted(str(path.relative_to(tree)) for path in named if path.is_relative_to(tree))

    def buildChanged(self, folder, patch, strip):
        """Builds the changed tree and leaves the artefact in `folder`. False: it does not build."""
        restore(self.tree, self.pristine)
        try:
            if applyPatch(self.tree, patch, strip).returncode != 0 or not self.build(folder / "fresh.log"):
                return False
            shutil.copy2(self.target, folder / "fresh")
            return True
        finally:
            restore(self.tree, self.pristine)


def create(base, folder, patch, strip, more=()):
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    command = [base.tools.patchbuild, "create", "--json", "--target", str(base.target), "--source-root", str(base.tree),
               "--jobs", str(base.jobs), "--patch", str(patch), "--name", "fix", "-o", str(out), *map(str, more)]
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


def settledAnswers(service):
    """The second ones: a first round leaves sessions, caches and files behind."""
    service.answers()
    return service.answers()


def live(base, folder):
    """"ok", or which step showed another behaviour than a fresh build of the same source."""
    start = services.SERVICES.get(base.program.service)
    if not start:
        return "no-service"
    with (folder / "live.log").open("w") as log:
        with start(base.target, folder / "run") as service:
            before = settledAnswers(service)
            try:
                with start(folder / "fresh", folder / "fresh-run") as fresh:
                    after = settledAnswers(fresh)
            except (OSError, services.ServiceError):
                # Half of a larger change may be a program that does not work; there is nothing to compare with then.
                return "fresh-breaks"
            if livepatch(base, log, "apply", "--pid", service.pid, folder / "out"):
                return "apply-failed"
            if differ(log, "after apply", after, service.answers()):
                return "other-answers"
            if livepatch(base, log, "revert", "--pid", service.pid, "fix"):
                return "revert-failed"
            if differ(log, "after revert", before, service.answers()):
                return "other-answers-reverted"
        return "ok" if before == after else "ok-seen"


def judge(report):
    """What the report says, and whether the comparison with the fresh build proves it."""
    fresh = report.get("fresh") or {}
    functions = report.get("functions", [])
    proof = {"proved": not fresh["differences"]} if fresh else {}
    # A function that the change itself touches may come out the same in the end, whatever was different on the way.
    touched = {f"{f['unit']}:{f['name'].rsplit(':', 1)[-1]}" for f in functions if "body" in f["reasons"]}
    return proof | {
        "reported": sum(f["action"] != "new" for f in functions),
        "new": sum(f["action"] == "new" for f in functions),
        "data": len(report.get("data", [])),
        "missing": [d["name"] for d in fresh.get("differences", [])],
        "surplus": [name for name in fresh.get("superfluous", []) if name not in touched],
        "rules": sorted({refusal["rule"] for refusal in report.get("refusals", [])}),
        "warnings": sorted({warning["kind"] for warning in report.get("warnings", [])})}


def isSuspicious(result):
    """Neither proved nor refused: somebody has to look at it."""
    outcome, alive = result["outcome"], result.get("live", "ok")
    if outcome in ("does-not-build", "refused"):
        return False
    return (outcome not in ("patch", "none") or bool(result["missing"]) or bool(result["surplus"])
            or not result.get("proved", True) or alive not in ("ok", "ok-seen", "no-service", "fresh-breaks"))


def doesNotCompile(folder):
    """What patchbuild says of a change that is no working program."""
    return "the new source does not compile" in (folder / "create.err").read_text()


def tryChange(base, folder, patch, strip=1, quick=False):
    """Returns what is kept of the trial, and leaves the logs in `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    start = time.monotonic()
    if not quick and not base.buildChanged(folder, patch, strip):
        return {"outcome": "does-not-build"}
    result = {"build": round(time.monotonic() - start, 2)}
    try:
        code, seconds = create(base, folder, patch, strip, () if quick else ("--verify-fresh", folder / "fresh"))
    except subprocess.TimeoutExpired:
        return result | {"outcome": "hangs"}
    text = (folder / "report.json").read_text()
    result |= {"outcome": OUTCOME.get(code, f"crash {code}"), "seconds": round(seconds, 2)}
    result |= judge(json.loads(text) if text.startswith("{") else {})
    if code == 1 and result["missing"]:
        result["outcome"] = "leaves-out"
    if not quick and code == 0 and (folder / "fresh").stat().st_mtime_ns == base.built.stat().st_mtime_ns:
        # A build text that does not know what the artefact depends on.
        result["outcome"] = "not-rebuilt"
    if quick and code == 1 and doesNotCompile(folder):
        return {"outcome": "does-not-build"}
    if not quick and code == 0:
        try:
            result["live"] = live(base, folder)
        except (OSError, services.ServiceError, subprocess.TimeoutExpired) as error:
            result["live"] = f"broken: {error}"
    if not isSuspicious(result):
        (folder / "fresh").unlink(missing_ok=True)
    return result
