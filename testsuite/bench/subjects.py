"""The programs that are measured: Debian's Lua, SQLite and Redis, and for C++ a part of LivePatch itself.

Each can be built by the plain compiler and by livepatch-clang, from the same tree with the same flags."""

import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / "testsuite" / "programs"), str(TOP / "examples" / "redis")]
import build as redisBuild  # noqa: E402
import debian  # noqa: E402
import programs  # noqa: E402
import source as redisSource  # noqa: E402


def tool(name):
    return str(pathlib.Path(os.environ["LIVEPATCH_BIN"]).absolute() / name)


def plainCompiler(work, cxx=False):
    """The very Clang that livepatch-clang runs."""
    probe = work / "probe"
    probe.mkdir(parents=True, exist_ok=True)
    (probe / "probe.c").write_text("int main(void) { return 0; }\n")
    subprocess.run([tool("livepatch-clang"), "-o", "probe", "probe.c"], cwd=probe, check=True)
    done = subprocess.run([tool("patchbuild"), "map", "probe"], cwd=probe, check=True, stdout=subprocess.PIPE)
    clang = pathlib.Path(json.loads(done.stdout)["units"][0]["compiler"]["executable"])
    return str(clang.with_name("clang++") if cxx else clang)


def cpuSeconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Subject:
    """`fixes`: Debian's own, as patch files that the tree (`base`) does not have yet."""

    def __init__(self, name, work):
        self.name, self.work = name, work / name
        self.work.mkdir(parents=True, exist_ok=True)

    def tree(self, kind):
        """A fresh copy of the base tree, for one build."""
        tree = self.work / kind
        shutil.rmtree(tree, ignore_errors=True)
        self.makeTree(tree)
        return tree

    def fixes(self):
        return []


class Listed(Subject):
    """Lua and SQLite: a list of units."""

    def __init__(self, program, work):
        super().__init__(program.name, work)
        self.program = program
        self.source = program.source(work)

    def makeTree(self, tree):
        kept = self.work / "kept"
        if not kept.is_dir():
            self.program.prepare(self.source, kept)
        shutil.copytree(kept, tree)

    def fixes(self):
        """A fix touches the top of Debian's tree, ours has the sources alone: the new side is the tree as shipped."""
        for fix in self.program.fixes:
            without = self.work / f"without-{fix}"
            before = self.work / f"base-{fix}"
            for folder in (without, before):
                shutil.rmtree(folder, ignore_errors=True)
            try:
                debian.withoutFix(self.source, fix, without)
            except RuntimeError:
                continue  # a later fix changes the same lines
            self.program.prepare(without, before)
            after = self.work / f"new-{fix}"
            shutil.rmtree(after, ignore_errors=True)
            self.program.prepare(self.source, after)
            yield fix, before, after

    def build(self, tree, compiler=None):
        flags = ["-O2", "-fPIE", "-w", *self.program.flags]
        compiler = compiler or tool("livepatch-clang")
        programs.inParallel(self.program.units(tree), lambda unit: programs.run(
            [compiler, *flags, "-c", unit, "-o", programs.objectOf(unit)], tree))
        objects = [programs.objectOf(unit) for unit in self.program.units(tree)]
        programs.run([compiler, "-pie", "-Wl,-E", "-Wl,--build-id", "-o", self.name, *objects, *self.program.libraries], tree)
        return tree / self.name


class Redis(Subject):
    def __init__(self, work):
        super().__init__("redis", work)
        self.fixed, self.fix = redisSource.fetch(self.work, os.environ.get("LIVEPATCH_REDIS_SOURCE"),
                                                 os.environ.get("LIVEPATCH_DEBIAN_MIRROR", "http://deb.debian.org"))

    def makeTree(self, tree):
        redisSource.withoutTheFix(self.fixed, self.fix, tree)

    def fixes(self):
        base, new = self.work / "base-fix", self.work / "new-fix"
        for folder in (base, new):
            shutil.rmtree(folder, ignore_errors=True)
        self.makeTree(base)
        shutil.copytree(self.fixed, new, symlinks=True, ignore=shutil.ignore_patterns("*.o", "*.a", "*.d", ".make-*"))
        yield self.fix.name, base, new

    def build(self, tree, compiler=None):
        redisBuild.make(tree, ["redis-server", "redis-benchmark"], self.work / "make.log", compiler)
        return tree / "src" / "redis-server"


class Cxx(Subject):
    """LivePatch's own formats and decisions: templates, the standard library, nlohmann's JSON."""

    FOLDERS = ("runtime/core", "patchbuild/decide", "patchbuild/source")

    def __init__(self, work):
        super().__init__("livepatch-c++", work)

    def makeTree(self, tree):
        for folder in ("runtime/core", "runtime/arch", "patchbuild"):
            shutil.copytree(TOP / folder, tree / folder)

    def build(self, tree, compiler=None):
        compiler = f"{compiler}++" if compiler else tool("livepatch-clang++")
        units = sorted(str(p.relative_to(tree)) for folder in self.FOLDERS for p in (tree / folder).glob("*.cpp"))
        programs.inParallel(units, lambda unit: programs.run(
            [compiler, "-O2", "-fPIC", "-w", "-std=c++20", "-I.", "-DLIVEPATCH_VERSION=\"0\"", "-c", unit, "-o",
             programs.objectOf(unit)], tree))
        # Undefined names are fine in a shared library: it is not run.
        programs.run([compiler, "-shared", "-Wl,--build-id", "-o", "liblivepatch.so", *map(programs.objectOf, units)], tree)
        return tree / "liblivepatch.so"


def subjects(names, work):
    made = {"lua": lambda: Listed(programs.LUA, work), "sqlite": lambda: Listed(programs.SQLITE, work),
            "redis": lambda: Redis(work), "c++": lambda: Cxx(work)}
    for name in names:
        try:
            yield made[name]()
        except (debian.SourceMissing, redisSource.SourceError) as missing:
            print(f"{name}: no source: {missing}", file=sys.stderr)
