"""A project that uses LivePatch from outside: copied into the test's scratch folder, configured, built, run.

Each test of this folder imports it; what it needs of the environment is described in testsuite/CMakeLists.txt."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

BIN = pathlib.Path(os.environ["LIVEPATCH_BIN"])
PREFIX = pathlib.Path(os.environ["LIVEPATCH_PREFIX"])
LLVM = os.environ["LIVEPATCH_LLVM"]
SCRATCH = pathlib.Path(os.environ["LIVEPATCH_SCRATCH"])
SOURCE = pathlib.Path(os.environ["LIVEPATCH_SOURCE_DIR"])
GENERATORS = ("Ninja", "Unix Makefiles")
CLANG = [f"-DCMAKE_C_COMPILER=clang-{LLVM}", f"-DCMAKE_CXX_COMPILER=clang++-{LLVM}"]

# What a consumer's build must not inherit from whoever runs the tests.
for name in ("CC", "CXX", "CFLAGS", "CXXFLAGS", "LDFLAGS", "DESTDIR", "CMAKE_GENERATOR", "MAKEFLAGS", "LIVEPATCH_CLANG"):
    os.environ.pop(name, None)


def fail(message):
    sys.exit(f"FAILED: {message}")


def check(condition, message):
    if not condition:
        fail(message)


def run(*command, cwd=None, env=None, expect=0):
    """Runs a command and returns its output (both streams). Any other exit code than `expect` ends the test; with
    expect=None the code is returned too."""
    done = subprocess.run([str(word) for word in command], cwd=cwd, env={**os.environ, **(env or {})},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if expect is None:
        return done.returncode, done.stdout
    if done.returncode != expect:
        fail(f"{' '.join(map(str, command))}\nexit code {done.returncode}, expected {expect}\n{done.stdout}")
    return done.stdout


def empty(path):
    """`path` inside the scratch folder, as an empty folder."""
    path = SCRATCH / path
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def copyOf(folder, name):
    """A fresh copy of a folder of the test, so that builds never write into the checkout."""
    target = SCRATCH / name
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target)
    return target


def write(folder, files):
    """Writes {name: text} into a fresh folder of the scratch."""
    folder = empty(folder)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def configure(source, build, *options, generator="Ninja", prefix=PREFIX, compiler=CLANG, expect=0):
    build = empty(build)
    return build, run("cmake", "-S", source, "-B", build, "-G", generator, f"-DCMAKE_PREFIX_PATH={prefix}",
                      *compiler, *options, expect=expect)


def build(folder, *targets):
    words = ["--target", *targets] if targets else []
    return run("cmake", "--build", folder, "--parallel", "2", "--verbose", *words)


def patchbuild(*words, expect=0):
    return run(BIN / "patchbuild", *words, expect=expect)


def mapOf(elf):
    """The map of a linked file, as patchbuild reads it."""
    return json.loads(patchbuild("map", elf))


def unitsOf(elf):
    """The names of the sources that a linked file has maps of."""
    return sorted(pathlib.PurePath(unit["source"]).name for unit in mapOf(elf)["units"])


def checkPatchable(elf, sources):
    """The linked file has a build-id, a map of exactly these sources, and padded entries in each."""
    found = mapOf(elf)
    check(found["object"].get("build-id"), f"{elf} has no build-id")
    names = unitsOf(elf)
    check(names == sorted(sources), f"{elf}: units {names}, expected {sorted(sources)}")
    for unit in found["units"]:
        for function in unit.get("functions", []):
            if "address" not in function:
                continue  # inlined everywhere: there is no code that could have an entry
            check(function.get("padding", {}).get("kind", "none") != "none",
                  f"{elf}: {function['name']} of {unit['source']} has no padding")


def inSection(path, section=".debug_livepatch"):
    """Whether an object file carries the section; for what is not linked yet."""
    return section in run("readelf", "-SW", path)
