"""Builds Redis as Debian's users would from source, with livepatch-clang as the only difference."""

import os
import pathlib
import shutil
import subprocess
import time


class BuildError(Exception):
    """A step of the build failed; the text names the log."""


def tool(name):
    folder = os.environ.get("LIVEPATCH_BIN")
    found = shutil.which(name, path=folder) if folder else shutil.which(name)
    if not found:
        raise BuildError(f"{name} is not in {folder or 'PATH'}: build LivePatch and set LIVEPATCH_BIN to its bin folder")
    return str(pathlib.Path(found).absolute())


def make(tree, targets, log, compiler=None):
    """Returns the seconds that it took. `compiler`: another one than livepatch-clang."""
    command = ["make", "-C", str(tree / "src"), f"-j{os.cpu_count()}", f"CC={compiler or tool('livepatch-clang')}", "MALLOC=libc",
               "OPTIMIZATION=-O2", *targets]
    # A make around us (a test run) must not hand its flags down.
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    start = time.monotonic()
    with log.open("w") as output:
        done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, env=environment, check=False)
    if done.returncode != 0:
        end = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
        raise BuildError(f"{' '.join(command)} failed, all of it is in {log}:\n{end}")
    return time.monotonic() - start


def compilerIdentity(work):
    """Changes when the compiler or the plugin does: then what was built before is of no use."""
    done = subprocess.run([tool("livepatch-clang"), "--livepatch-identity"], cwd=work, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise BuildError(f"livepatch-clang does not run:\n{done.stdout}")
    return done.stdout


def buildBase(work, makeTree):
    """Builds `work/base` unless it is there, built by this compiler. Returns the tree."""
    base, stamp = work / "base", work / "base.built-by"
    identity = compilerIdentity(work)
    if stamp.is_file() and stamp.read_text() == identity:
        return base
    stamp.unlink(missing_ok=True)
    shutil.rmtree(base, ignore_errors=True)
    makeTree(base)
    make(base, ["redis-server", "redis-cli", "redis-benchmark"], work / "base.log")
    stamp.write_text(identity)
    return base


def rebuild(work, fixed):
    """What one does without live patching: the fixed tree, built anew. Returns (server, seconds)."""
    tree = work / "rebuilt"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(fixed, tree, symlinks=True, ignore=shutil.ignore_patterns("*.o", "*.a", "*.d", ".make-*"))
    seconds = make(tree, ["redis-server"], work / "rebuilt.log")
    return tree / "src" / "redis-server", seconds


def buildLoadClient(work):
    program = work / "load_client"
    source = pathlib.Path(__file__).with_name("load_client.c")
    done = subprocess.run(["cc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-o", str(program), str(source)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise BuildError(f"{source.name} does not compile:\n{done.stdout}")
    return program
