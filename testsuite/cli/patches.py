"""What the tests of patchbuild's outputs share: is a patch folder complete, and what has been left behind."""

import hashlib
import json
import os
import subprocess
import time

from bad_input import BIN, failures


def defect(out):
    """Nothing, or what is wrong with the patch folder."""
    manifests = list(out.glob("*.json"))
    if len(manifests) != 1:
        return f"{len(manifests)} manifests"
    manifest = json.loads(manifests[0].read_text())
    for name, expected in manifest["files"].items():
        if hashlib.sha256((out / name).read_bytes()).hexdigest() != expected:
            return f"{name} is not what the manifest describes"
    if {path.name for path in out.iterdir()} != set(manifest["files"]) | {manifests[0].name}:
        return f"it holds {sorted(path.name for path in out.iterdir())}"
    return None


def check(what, fine, why=""):
    print(f"{'ok  ' if fine else 'FAIL'} {what}{'' if fine else ': ' + str(why)}", flush=True)
    if not fine:
        failures.append(what)


def start(*words, **more):
    return subprocess.Popen([str(BIN / "patchbuild"), *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, errors="replace", **more)


def seconds(*words, **more):
    begin = time.monotonic()
    process = start(*words, **more)
    said, _ = process.communicate(timeout=120)
    if process.returncode != 0:
        raise SystemExit(f"patchbuild {' '.join(map(str, words))}: exit code {process.returncode}\n{said}")
    return time.monotonic() - begin


def environment(**changed):
    return {**os.environ, **{name: str(value) for name, value in changed.items()}}
