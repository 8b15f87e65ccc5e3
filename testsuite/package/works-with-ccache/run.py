"""Objects from the cache carry the map of the right directory; another plugin is another compiler."""
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from consumer import LLVM, PREFIX, SCRATCH, check, checkPatchable, empty, mapOf, run, write

if not shutil.which("ccache"):
    sys.exit(77)

prefix = SCRATCH / "prefix"
shutil.rmtree(prefix, ignore_errors=True)
shutil.copytree(PREFIX, prefix, symlinks=True)
wrapper = prefix / "bin/livepatch-clang"
environment = {"CCACHE_DIR": str(empty("cache")), "CCACHE_COMPILERCHECK": "%compiler% --livepatch-identity"}


def statistics():
    numbers = {}
    for line in run("ccache", "--print-stats", env=environment).splitlines():
        name, _, value = line.partition("\t")
        numbers[name] = int(value)
    return numbers["direct_cache_hit"] + numbers["preprocessed_cache_hit"], numbers["cache_miss"]


def compileIn(folder):
    (folder / "app").unlink(missing_ok=True)
    run("ccache", wrapper, "-O2", "-c", "main.c", "-o", "main.o", cwd=folder, env=environment)
    run(wrapper, "main.o", "-o", "app", cwd=folder)
    checkPatchable(folder / "app", ["main.c"])
    check(mapOf(folder / "app")["units"][0]["directory"] == str(folder), "the map names another directory")


first = write("first", {"main.c": "int main(void) { return 0; }\n"})
second = write("second", {"main.c": "int main(void) { return 0; }\n"})
compileIn(first)
check(statistics() == (0, 1), f"first compile: {statistics()}")
compileIn(first)
check(statistics() == (1, 1), f"the same again: {statistics()}")
compileIn(second)
check(statistics() == (1, 2), f"the same source elsewhere: {statistics()}")

# Another plugin. Bytes behind the end of an ELF file change its content and nothing else.
with open(prefix / "lib/livepatch/livepatch-clang-plugin.so", "ab") as plugin:
    plugin.write(b"\0")
compileIn(first)
check(statistics() == (1, 3), f"another plugin: {statistics()}")

# The other way round: ccache before Clang, as CMAKE_C_COMPILER_LAUNCHER does it. It knows -fplugin by itself.
os.environ.pop("CCACHE_COMPILERCHECK", None)
plugin = prefix / "lib/livepatch/livepatch-clang-plugin.so"
launcher = {"CCACHE_DIR": str(empty("cache"))}
for _ in range(2):
    run("ccache", f"clang-{LLVM}", f"-fplugin={plugin}", "-c", "main.c", "-o", "main.o", cwd=first, env=launcher)
run(wrapper, "main.o", "-o", "app", cwd=first)
checkPatchable(first / "app", ["main.c"])
