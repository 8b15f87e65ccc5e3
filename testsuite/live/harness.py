"""What the live tests share: programs built with padding and no plugin, hand-made patches, running targets.

A test is a folder with its sources and run.py; exit code 0 means that it passed. Targets are compiled with Clang's own
-fpatchable-function-entry=5, which gives the same NOP as the plugin, so these tests need neither plugin nor patchbuild.
"""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

BIN = pathlib.Path(os.environ["LIVEPATCH_BIN"]).resolve()
HERE = pathlib.Path(sys.argv[0]).resolve().parent
WORK = pathlib.Path.cwd() / "work"
# A program that answers each line with two functions' results and a variable, and a patch with new functions for it.
ANSWERS = pathlib.Path(__file__).resolve().parent / "answers"
EXIT = {"done": 0, "failed": 1, "usage": 2, "already": 3, "refused": 4, "busy": 5, "gone": 6}
PADDING = ["-fpatchable-function-entry=5", "-falign-functions=16"]

shutil.rmtree(WORK, ignore_errors=True)
WORK.mkdir()


def clang(cxx=False):
    """Clang of the version that the project is built for, where there is one of that name."""
    name = "clang++" if cxx else "clang"
    versioned = f"{name}-{os.environ.get('LIVEPATCH_LLVM', '14')}"
    found = shutil.which(versioned) or shutil.which(name)
    if not found:
        print(f"skipped: no {name}")
        sys.exit(77)
    return found


def must(*words, **more):
    done = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=100, **more)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}: exit code {done.returncode}\n{done.stdout}")
    return done.stdout


def compileWith(output, source, flags):
    cxx = str(source).endswith((".cpp", ".cc"))
    must(clang(cxx), "-g", "-Wl,--build-id", *flags, "-o", WORK / output, HERE / source)
    return WORK / output


def buildTarget(source="target.c", output="target", flags=("-O0", "-pthread"), padding=True):
    return compileWith(output, source, [*(PADDING if padding else []), *flags])


def buildLibrary(source, output, flags=("-O2",), padding=True):
    return compileWith(output, source, ["-shared", "-fPIC", *(PADDING if padding else []), *flags])


def buildPatchObject(source="patch.c", output="patch.so", flags=("-O2",)):
    """The shared object of a patch, linked as patchbuild links it."""
    return compileWith(output, source, ["-shared", "-fPIC", "-nostdlib", "-nostartfiles", "-Wl,-z,text", "-Wl,-z,now",
                                        "-Wl,--eh-frame-hdr", "-Wl,--hash-style=gnu", *flags])


def buildId(elf):
    return re.search(r"Build ID: ([0-9a-f]+)", must("readelf", "-n", elf)).group(1)


def symbols(elf):
    """Defined symbols of an ELF file: name -> (address, size, kind)."""
    kinds = {"FUNC": "function", "OBJECT": "object", "NOTYPE": "object", "TLS": "tls"}
    found = {}
    for line in must("readelf", "-sW", elf).splitlines():
        words = line.split()  # number, value, size, type, binding, visibility, section, name
        if len(words) == 8 and words[3] in kinds and words[6] != "UND":
            found[words[7].split("@")[0]] = (int(words[1], 16), int(words[2], 0), kinds[words[3]])
    return found


def makePatch(name, patchObject, commands, targets, uses=(), paddings=None):
    """A patch folder as patchbuild writes it. `commands` is the text of NAME.cmd; `targets` the ELF files it is for;
    `uses` the target's symbols that the patch's code refers to and that no dynamic symbol table has; `paddings` the
    kind and offset of the padding of those functions that do not just begin with it."""
    out = WORK / name
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    shutil.copy(patchObject, out / f"{name}.so")
    (out / f"{name}.cmd").write_text(commands)
    tables = [symbols(target) for target in targets]

    def place(symbol):
        for i, table in enumerate(tables):
            if symbol in table:
                return i, table[symbol]
        sys.exit(f"no target has a symbol {symbol}")

    redirects, data = [], []
    for line in commands.splitlines():
        words = line.split("#")[0].split()
        if not words:
            continue
        symbol, _, offset = words[1].partition("+")
        offset = int(offset or "0", 16)
        i, (address, size, _) = place(symbol)
        if words[0] == "J":
            kind, behind = (paddings or {}).get(symbol, ("nop5", 0))
            redirects.append({"target": words[1], "patch": words[2], "object": i, "address": address, "size": size,
                              "padding": {"kind": kind, "offset": behind}, "reasons": ["body"], "place": "target.c:1"})
        else:
            data.append({"command": words[0], "target": words[1], "object": i, "address": address + offset,
                         "size": size - offset, "reason": "initialiser changed", "place": "target.c:1"})
    used = []
    for symbol in uses:
        i, (address, _, kind) = place(symbol)
        used.append({"name": symbol, "object": i, "address": address, "kind": kind})
    manifest = {
        "livepatch-patch": 1, "name": name,
        "targets": [{"name": target.name, "build-id": buildId(target), "machine": "x86_64"} for target in targets],
        "files": {f"{name}{end}": hashlib.sha256((out / f"{name}{end}").read_bytes()).hexdigest() for end in (".so", ".cmd")},
        "redirects": redirects, "data": data, "symbols": used, "functions": [], "warnings": [],
        "compiler": "clang", "revisions": {"old": "", "new": ""}, "parents": []}
    (out / f"{name}.json").write_text(json.dumps(manifest))
    return out


class Target:
    """A running program that answers questions on its standard input: `ask` sends a line and returns the answer."""

    def __init__(self, *command, env=None, preexec=None):
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=env, preexec_fn=preexec)
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def read(self):
        return self.process.stdout.readline().strip()

    def ask(self, question="?"):
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        return self.read()

    def alive(self):
        return self.process.poll() is None

    def maps(self):
        return pathlib.Path(f"/proc/{self.pid}/maps").read_text()

    def text(self):
        """The bytes of the code of the program's own file, as they are in memory; without the unused end of its last
        page, where livepatch keeps its system call."""
        line = next(l for l in self.maps().splitlines() if "r-xp" in l and l.endswith(os.readlink(f"/proc/{self.pid}/exe")))
        start, end = (int(word, 16) for word in line.split()[0].split("-"))
        with open(f"/proc/{self.pid}/mem", "rb") as memory:
            memory.seek(start)
            return memory.read(end - start - 128)

    def expect(self, question, answer, when):
        got = self.ask(question)
        check(got == answer, f"{when}: asked {question}, expected {answer}, got {got or 'nothing'}")


def call(tool, *words, timeout=60):
    done = subprocess.run([str(BIN / tool), *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", timeout=timeout, check=False)
    return done.returncode, done.stdout


def livepatch(*words, code="done", says=(), tool="livepatch"):
    got, text = call(tool, *words)
    print(f"$ {tool} {' '.join(map(str, words))}\n{text}", end="")
    check(got == EXIT[code], f"exit code {got}, expected {EXIT[code]} ({code})")
    for word in says:
        check(str(word) in text, f"it does not say \"{word}\"")
    return text


def revertAndGiveBack(program, name, *words):
    """The patch's memory goes, too. Perhaps not at once: it is kept where a thread was on its way through at each look."""
    for _ in range(10):
        _, text = call("livepatch", "revert", "--pid", program.pid, name, "--give-back", "--longest-stop", "1s", *words)
        if "was given back" in text:
            return
    check(False, f"the memory of {name} was never given back: {text}")


def check(condition, message):
    if not condition:
        sys.exit(f"FAIL {message}")


def waitUntil(condition, message, seconds=30.0):
    limit = time.monotonic() + seconds
    while not condition():
        check(time.monotonic() < limit, message)
        time.sleep(0.01)
