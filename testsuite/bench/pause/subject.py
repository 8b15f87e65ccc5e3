"""The program that is stopped: built patchable, with patches that replace 1, 100 and 10,000 of its functions."""

import ctypes
import mmap
import os
import pathlib
import shutil
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
FUNCTIONS = 10_000


def run(*command, **more):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}")
    return done.stdout


def tool(name):
    return pathlib.Path(os.environ["LIVEPATCH_BIN"]).absolute() / name


def writeTree(folder, changed):
    """A tree whose first `changed` functions are not those of the base."""
    folder.mkdir(parents=True)
    shutil.copy(HERE / "target.c", folder)
    text = [f"__attribute__((noinline)) int f{i}(int x) {{ return x * {i + 3} {'-' if i < changed else '+'} {i + 1}; }}"
            for i in range(FUNCTIONS)]
    table = ", ".join(f"f{i}" for i in range(FUNCTIONS))
    text += [f"int (*const functions[])(int) = {{{table}}};", f"const int functionCount = {FUNCTIONS};", ""]
    (folder / "functions.c").write_text("\n".join(text))


class Subject:
    def __init__(self, work, sizes, plain):
        shutil.rmtree(work, ignore_errors=True)
        self.work, base = work, work / "base"
        writeTree(base, 0)
        run(tool("livepatch-clang"), "-O2", "-pthread", "-Wl,--build-id", "-o", "target", "target.c", "functions.c", cwd=base)
        self.target = base / "target"
        self.patches = {}
        for size in sizes:
            new = work / f"new-{size}"
            writeTree(new, size)
            self.patches[size] = work / f"patch-{size}"
            run(tool("patchbuild"), "create", "--target", self.target, "--source-root", base, "--new-tree", new,
                "--name", f"pause-{size}", "-o", self.patches[size])
        self.bareStop = work / "bare_stop"
        run(f"{plain}++", "-O2", "-o", self.bareStop, HERE / "bare_stop.cc")
        # What a debugger's user would load: the one new function as a library.
        (work / "by_hand.c").write_text("int by_hand(int x) { return x * 3 - 1; }\n")
        self.byHand = work / "by_hand.so"
        run(plain, "-O2", "-shared", "-fPIC", "-o", self.byHand, work / "by_hand.c")

    def start(self, threads):
        return Running(self.target, threads, self.work / "shared")


class Running:
    """A fresh process of the target; the figures that it keeps of itself are in memory shared with us."""

    def __init__(self, target, threads, shared):
        shared.unlink(missing_ok=True)
        shared.write_bytes(bytes(4096))
        self.process = subprocess.Popen([target, str(threads), shared])
        with open(shared, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 4096)
        self.longest, self.reset, self.ready = (ctypes.c_ulong.from_buffer(self.memory, 8 * i) for i in range(3))
        while not self.ready.value:
            if self.process.poll() is not None:
                raise SystemExit(f"the target with {threads} threads ended: exit code {self.process.returncode}")
            time.sleep(0.005)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def gapDuring(self, action):
        """The longest time in ms between two looks at the clock while `action` ran, and what it returned."""
        self.reset.value = 1
        while self.reset.value:
            time.sleep(0.001)
        result = action()
        return self.longest.value / 1e6, result
