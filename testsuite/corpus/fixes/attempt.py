"""One fix, tried: taken out, made into a patch, applied to the running program under load, shown, reverted."""

import functools
import hashlib
import json
import pathlib
import shutil
import subprocess

import outcome
from load import Load, LoadError, differences, steady
from measured import CommandTimeout, measured
from outcome import FAILED, NONE, PATCHED
from package import BuildError
from running import Breakpoints, LivepatchError, livepatch, pidsOf, running
from services import ServiceError
from trees import TreeError

CREATE_WITHIN_S = 1200
NAME = "fix"
# Builds of other packages go on beside the load: threads may take long to stop.
PATIENCE = ("--deadline", "50s", "--stop-limit", "1s")
BROKEN = (LivepatchError, LoadError, ServiceError, OSError, CommandTimeout, subprocess.SubprocessError)


def attempt(package, fix, folder):
    """Returns what is kept of the fix; the logs stay in `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    result = {"id": fix.id, "tools": package.tools.identity()}
    reason = package.recipe.leftOut.get(fix.name)
    if reason:
        return result | {"outcome": outcome.NOT_BUILT, "why": reason}
    try:
        text = package.patchOf(fix).read_text(errors="surrogateescape")
        result["base-build-processor-s"] = package.takeOut(fix, folder / "build.log")
        targets = package.concerned(fix, text)
        parts = [onTarget(package, fix, target, folder / pathlib.Path(target.artefact).name) for target in targets]
    except (TreeError, BuildError) as error:
        return result | {"outcome": FAILED, "why": f"before the patch: {error}", "parts": []}
    finally:
        package.putBack()
    return result | {"outcome": outcome.together(parts), "parts": parts, "how": outcome.strongest(parts)}


def onTarget(package, fix, target, folder):
    folder.mkdir()
    base, shipped = folder / "base", package.artefact(target, package.shipped)
    shutil.copy2(package.artefact(target), base)
    part = {"target": target.artefact}
    try:
        code, part["create-processor-s"], part["create-s"] = create(package, fix, target, folder, shipped)
    except CommandTimeout as error:
        return part | {"outcome": FAILED, "why": str(error)}
    text = (folder / "report.json").read_text()
    part |= outcome.fromReport(json.loads(text) if text.startswith("{") else {})
    part["outcome"] = outcome.CREATE_SAYS.get(code, FAILED)
    if part["outcome"] == FAILED:
        return part | {"why": (folder / "create.err").read_text()[-1000:] or f"patchbuild ended with {code}"}
    if part["outcome"] == PATCHED:
        part["patch-bytes"] = sum(path.stat().st_size for path in (folder / "out").iterdir())
        with (folder / "live.log").open("w") as log:
            try:
                part |= live(package, fix, target, folder, log)
            except BROKEN as error:
                part |= {"outcome": FAILED, "why": f"{type(error).__name__}: {error}"}
            log.write(f"{json.dumps(part)}\n")
    if part["outcome"] != FAILED:
        base.unlink()
    return part


def create(package, fix, target, folder, shipped):
    command = [
        package.tools.patchbuild,
        "create",
        "--json",
        "--target",
        package.artefact(target),
        "--source-root",
        package.tree,
        "--jobs",
        package.jobs,
        "--patch",
        package.patchOf(fix),
        "--name",
        NAME,
        "--verify-fresh",
        shipped,
        "-o",
        folder / "out",
    ]
    with (folder / "report.json").open("w") as report, (folder / "create.err").open("w") as errors:
        return measured(list(map(str, command)), folder, report, CREATE_WITHIN_S, errors=errors)


@functools.cache
def workText():
    """Changes with whatever decides what is asked."""
    here = pathlib.Path(__file__).resolve().parent
    text = hashlib.sha256()
    for folder in (here / "drivers", here / "servers", here.parent / "services"):
        for path in sorted(folder.rglob("*.*")):
            text.update(path.read_bytes())
    return text.hexdigest()


def shippedAnswers(package, target, start, folder):
    """What a process of the build with the fix answers: the same for all fixes of the package."""
    saved = package.work / f"answers-{pathlib.Path(target.artefact).name}.json"
    stamp = f"{(package.work / 'shipped.built-by').stat().st_mtime_ns} {workText()} {target}"
    if saved.is_file() and json.loads(saved.read_text())["of"] == stamp:
        return json.loads(saved.read_text())["answers"]
    with running(start, package.artefact(target, package.shipped), folder / "shipped-run") as service:
        answers = [service.answers() for _ in range(3)]
    out = {question: answers[2][question] for question in steady(answers[1:])}
    saved.write_text(json.dumps({"of": stamp, "answers": out}))
    return out


def live(package, fix, target, folder, log):
    start, tools = package.starters[target], package.tools
    probe = package.recipe.probes.get(fix.name)
    expected = shippedAnswers(package, target, start, folder)
    part, seen = {}, {}
    if probe:
        # On a process of its own: the vulnerability may well end it.
        with running(start, folder / "base", folder / "probe-run") as service:
            seen["before"] = probe.ask(service)
    with running(start, folder / "base", folder / "run") as service, Load(service) as load:
        rounds = [load.round() for _ in range(3)]
        questions = steady(rounds[1:]) & expected.keys()
        before = rounds[-1]
        # More rounds than one: the load has to be in the middle of something when the patch comes.
        reports = [
            livepatch(tools, log, "apply", "--json", *PATIENCE, "--pid", pid, folder / "out") for pid in pidsOf(service)
        ]
        after = load.round()
        if probe:
            seen["patched"] = probe.ask(service)
        watched = [Breakpoints(tools, log, pid) for pid in pidsOf(service)]
        try:
            load.round()
        finally:
            part["ran"] = sorted({name for one in watched for name in one.end()})
        for pid in pidsOf(service):
            reports.append(livepatch(tools, log, "revert", "--json", *PATIENCE, "--pid", pid, NAME))
        reverted = load.round()
        if probe and probe.without != "died":
            seen["reverted"] = probe.ask(service)
        part |= outcome.stopsOf(reports) | {
            "requests": load.asked,
            "answers-changed": any(before[question] != after[question] for question in questions),
        }
        wrong = differences(expected, after, questions), differences(before, reverted, questions)
    if probe:
        part["probe"] = seen
        if not outcome.isShown(probe, seen):
            return part | {"outcome": FAILED, "why": f"probe: {seen}"}
    for when, lines in zip(("after apply", "after revert"), wrong):
        if lines:
            log.write(f"{when}:\n" + "\n".join(lines) + "\n")
            return part | {"outcome": FAILED, "why": f"other answers {when}: {lines[0][:600]}"}
    return part
