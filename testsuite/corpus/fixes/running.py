"""The program of a target in a process, and what livepatch does to it."""

import contextlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from fixlist import HERE
from library import Loaded, compileDriver
from package import BuildError

LIVEPATCH_WITHIN_S, BUSY_WITHIN_S = 120, 300
BUSY = 5


class LivepatchError(Exception):
    """It did not do what it should."""


def starterOf(package, target):
    """Returns a function (artefact, folder) -> service."""
    if target.service:
        # What else of the package it needs to work is taken as shipped.
        return lambda artefact, folder: withShipped(target.service(artefact, folder), package.shipped)
    program = package.work / f"driver-{target.driver.replace('.', '-')}"
    complaint = compileDriver(target, package.tree, package.artefact(target), program)
    if complaint:
        raise BuildError(f"the driver {target.driver} does not compile: {complaint[-2000:]}")
    return lambda artefact, folder: Loaded(program, folder, artefact)


def withShipped(service, shipped):
    service.shipped = shipped
    return service


@contextlib.contextmanager
def running(start, artefact, kept):
    """A process in a folder with a short name, for sockets' sake; its texts are kept if it fails."""
    with tempfile.TemporaryDirectory(prefix="lp-", ignore_cleanup_errors=True) as short:
        folder = pathlib.Path(short) / "run"
        try:
            with start(artefact, folder) as service:
                yield service
        except Exception:
            kept.mkdir(exist_ok=True)
            for path in folder.iterdir() if folder.is_dir() else ():
                if path.is_file() and not path.is_symlink():
                    shutil.copy(path, kept)
            raise


def livepatch(tools, log, *words):
    """Returns the report. Where the process is busy (exit code 5), it is tried again, as the tool says: on a machine
    full of builds a thread may not get to run, or to stop, in time."""
    command, deadline = [tools.livepatch, *map(str, words)], time.monotonic() + BUSY_WITHIN_S
    while True:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, timeout=LIVEPATCH_WITHIN_S
        )
        log.write(f"$ livepatch {' '.join(map(str, words))}: {done.returncode}\n{done.stdout}{done.stderr}\n")
        log.flush()
        if done.returncode == 0:
            return json.loads(done.stdout) if "--json" in words else done.stdout
        if done.returncode != BUSY or time.monotonic() > deadline:
            raise LivepatchError(
                f"livepatch {words[0]} ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-500:]}"
            )
        time.sleep(1)


def pidsOf(service):
    return getattr(service, "pids", None) or [service.pid]


class Breakpoints:
    """On each function of the patches in a process, while some work goes on: those that ran are in `names` after."""

    def __init__(self, tools, log, pid):
        lines = [line.split(None, 2) for line in livepatch(tools, log, "symbols", "--pid", pid).splitlines()]
        self.at = {int(address, 16): name.rpartition(" [")[0] for address, _, name in lines}
        self.log, self.names = log, []
        self.tracer = subprocess.Popen(
            [sys.executable, "-B", str(HERE / "hits.py"), str(pid), *[f"{address:x}" for address in self.at]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        if self.tracer.stdout.readline() != "ready\n":
            raise LivepatchError("no breakpoints: see the log")

    def end(self):
        # Not by communicate(): lines that came together with the first one lie in the stream's own buffer.
        self.tracer.stdin.close()
        out = self.tracer.stdout.read()
        self.tracer.stdout.close()
        self.tracer.wait()
        self.names = sorted({self.at[int(line, 16)] for line in out.split()})
        self.log.write(f"ran: {self.names} of {sorted(self.at.values())}\n")
        if self.tracer.returncode != 0:
            raise LivepatchError("the breakpoints' tracer failed: see the log")
        return self.names
