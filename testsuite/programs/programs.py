"""How the real programs of these tests are built: a list of units, flags, a link. No build system of theirs takes part
in the tests, so that one changed file costs one compile."""

import dataclasses
import os
import pathlib
import re
import shutil
import subprocess

import debian


def tool(name):
    return str(pathlib.Path(os.environ["LIVEPATCH_BIN"]).absolute() / name)


class BuildFailed(Exception):
    """The text holds the compiler's words."""


def run(words, cwd, **more):
    done = subprocess.run([str(word) for word in words], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", check=False, **more)
    if done.returncode != 0:
        raise BuildFailed(f"{' '.join(map(str, words))}: exit code {done.returncode}\n{done.stdout[-3000:]}")
    return done.stdout


@dataclasses.dataclass(frozen=True)
class Program:
    name: str
    package: str
    version: str
    folder: str                # of the unpacked source
    fixes: tuple               # Debian's patch files that are real fixes
    flags: tuple
    libraries: tuple
    cxx: bool = False

    def source(self, work):
        return debian.fetch(work, self.package, self.version, self.folder)

    def prepare(self, source, tree):
        """Makes `tree`, the sources of the program and nothing else, out of the unpacked package."""
        PREPARE[self.name](source, tree)

    def units(self, tree):
        return UNITS[self.name](tree)

    def compile(self, tree, unit, level):
        compiler = tool("livepatch-clang++" if unit.endswith((".cc", ".cpp")) else "livepatch-clang")
        run([compiler, *level.split(), "-fPIE", "-w", *self.flags, "-MMD", "-MF", objectOf(unit) + ".d", "-c", unit, "-o",
             objectOf(unit)], tree)

    def build(self, tree, level="-O2"):
        """Compiles what is older than its sources, and links. Returns (program, units compiled)."""
        late = [unit for unit in self.units(tree) if isStale(tree, unit)]
        inParallel(late, lambda unit: self.compile(tree, unit, level))
        objects = [objectOf(unit) for unit in self.units(tree)]
        linker = tool("livepatch-clang++" if self.cxx else "livepatch-clang")
        run([linker, "-pie", "-Wl,-E", "-o", self.name, *objects, *self.libraries], tree)
        return tree / self.name, late


def inParallel(items, work):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(int(os.environ.get("LIVEPATCH_JOBS", os.cpu_count()))) as pool:
        list(pool.map(work, items))


def objectOf(unit):
    return unit.replace("/", "--") + ".o"


def isStale(tree, unit):
    built, rules = tree / objectOf(unit), tree / (objectOf(unit) + ".d")
    if not built.exists() or not rules.exists():
        return True
    names = rules.read_text().replace("\\\n", " ").split(":", 1)[1].split()
    made = built.stat().st_mtime_ns
    return any(not (tree / name).exists() or (tree / name).stat().st_mtime_ns > made for name in names)


def prepareLua(source, tree):
    shutil.copytree(source / "src", tree, ignore=shutil.ignore_patterns("*.o", "*.so", "*.a"))
    # Debian's build writes this one.
    (tree / "lua5.4-deb-multiarch.h").write_text('#define DEB_HOST_MULTIARCH "x86_64-linux-gnu"\n')


def prepareSqlite(source, tree):
    """Its own make generates the parser and gathers all units in one folder."""
    made = tree.with_name(tree.name + "-made")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    run([source / "configure", "--disable-tcl"], made)
    run(["make", ".target_source"], made)
    shutil.copytree(made / "tsrc", tree)
    for path in (made / "sqlite_cfg.h", made / "shell.c", source / "ext/rtree/sqlite3rtree.h",
                 source / "ext/session/sqlite3session.h"):
        shutil.copy(path, tree)


NOT_IN_SQLITE = ("fts1", "fts2", "fts3_icu", "geopoly", "tclsqlite", "sqlite3rbu", "sqlite3session", "userauth", "os_win",
                 "mutex_w32", "fts3_tokenizer_icu", "os_kv", "icu")


def sqliteUnits(tree):
    return sorted(path.name for path in tree.glob("*.c") if not path.stem.startswith(NOT_IN_SQLITE))


def prepareRedis(source, tree):
    """Its own make builds the release header; the libraries that come with it are units like the others."""
    shutil.copytree(source, tree, symlinks=True, ignore=shutil.ignore_patterns("*.o", "*.a", "*.d", ".make-*", ".pc",
                                                                               "debian", "tests"))
    (tree / "src/release.h").write_text('#define REDIS_GIT_SHA1 "0"\n#define REDIS_GIT_DIRTY "0"\n'
                                        '#define REDIS_BUILD_ID "0"\n')


def redisUnits(tree):
    """As its Makefile says."""
    rule = re.search(r"^REDIS_SERVER_OBJ=(.*)$", (tree / "src/Makefile").read_text(), re.M).group(1)
    units = [f"src/{name[:-2]}.c" for name in rule.split() if name.endswith(".o")]
    units += [f"deps/hiredis/{name}.c" for name in ("alloc", "net", "hiredis", "sds", "async", "read", "sockcompat")]
    units += ["deps/linenoise/linenoise.c", "deps/hdr_histogram/hdr_histogram.c"]
    tools = ("lua.c", "luac.c", "print.c")
    units += [f"deps/lua/src/{path.name}" for path in sorted((tree / "deps/lua/src").glob("*.c")) if path.name not in tools]
    return sorted(units)


def prepareJsoncpp(source, tree):
    shutil.copytree(source / "src/lib_json", tree)
    shutil.copytree(source / "include/json", tree / "json")
    shutil.copy(source / "src/jsontestrunner/main.cpp", tree)


PREPARE = {"jsoncpp": prepareJsoncpp, "lua": prepareLua, "sqlite": prepareSqlite, "redis": prepareRedis}
UNITS = {
    "jsoncpp": lambda tree: sorted(path.name for path in tree.glob("*.cpp")),
    "redis": redisUnits,
    "lua": lambda tree: sorted(path.name for path in tree.glob("*.c") if path.name != "luac.c"),
    "sqlite": sqliteUnits,
}

LUA = Program("lua", "lua5.4", "5.4.4-3+deb12u1", "lua5.4-5.4.4",
              ("0004-cve-2022-28805.patch", "0005-cve-2022-33099.patch"),
              ("-std=gnu99", "-DLUA_USE_LINUX"), ("-lm", "-ldl"))
SQLITE = Program("sqlite", "sqlite3", "3.40.1-2+deb12u2", "sqlite3-3.40.1",
                 ("41-fix_a_bug_in_the_NOT_NULL-IS_NULL_optimization.patch", "42-CVE-2025-6965.patch",
                  "0002-Avoid-a-stack-overflow-that-could-be-caused-by-a-rec.patch"),
                 ("-I.", "-DSQLITE_CORE", "-DSQLITE_THREADSAFE=1", "-DSQLITE_ENABLE_FTS3", "-DSQLITE_ENABLE_FTS5",
                  "-DSQLITE_ENABLE_RTREE", "-DSQLITE_OMIT_LOAD_EXTENSION", "-D_HAVE_SQLITE_CONFIG_H"),
                 ("-lpthread", "-lm"))
REDIS = Program("redis", "redis", "5:7.0.15-1~deb12u10", "redis-7.0.15",
                ("0001-Fix-LUA-garbage-collector-CVE-2024-46981-1513.patch",
                 "0002-Fix-Read-Write-key-pattern-selector-CVE-2024-51741-1.patch",
                 "0001-Limiting-output-buffer-for-unauthenticated-client-CV.patch", "0005-CVE-2025-27151.patch",
                 "0006-CVE-2025-32023.patch", "0007-CVE-2025-48367.patch", "CVE-2025-46817.patch", "CVE-2025-49844.patch",
                 "CVE-2025-46819.patch", "CVE-2025-46818.patch"),
                ("-std=gnu11", "-fno-strict-aliasing", "-DREDIS_STATIC=", "-Ideps/hiredis", "-Ideps/linenoise",
                 "-Ideps/lua/src", "-Ideps/hdr_histogram", "-Ideps/lua/src/..", "-Isrc", "-DLUA_ANSI",
                 "-DENABLE_CJSON_GLOBAL", "-DLUA_USE_MKSTEMP", "-DHDR_MALLOC_INCLUDE=\"hdr_redis_malloc.h\""),
                ("-lm", "-ldl", "-lpthread", "-lrt"))
JSONCPP = Program("jsoncpp", "libjsoncpp", "1.9.5-4", "libjsoncpp-1.9.5", (), ("-std=c++17", "-I."), (), cxx=True)
PROGRAMS = {program.name: program for program in (LUA, SQLITE, REDIS, JSONCPP)}
