"""What the wrapper does with commands that are no plain compile: nothing is lost, nothing warns, errors say what to do."""
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from consumer import BIN, LLVM, PREFIX, SCRATCH, check, checkPatchable, inSection, run, write

wrapper = PREFIX / "bin/livepatch-clang"
cxx = PREFIX / "bin/livepatch-clang++"
clang = f"clang-{LLVM}"
other = {"14": "clang-19", "19": "clang-14"}[LLVM]
source = write("source", {"main.c": "int main(void) { return 0; }\n",
                          "main.cpp": "#include <string>\nint main() { return std::string(\"x\").size() - 1; }\n",
                          "asm.s": ".globl f\nf: ret\n", "lto.rsp": "-O2\n'-flto=thin'\n"})


def same(*words):
    """The wrapper says what Clang itself says."""
    # By the path that the wrapper uses: some answers are relative to it.
    expected = run(f"/usr/lib/llvm-{LLVM}/bin/clang", *words, cwd=source)
    got = run(wrapper, *words, cwd=source)
    check(got == expected, f"{' '.join(words)}: got\n{got}\nexpected\n{expected}")


# Questions about the compiler.
for question in ("-dumpversion", "-dumpmachine", "-print-prog-name=ld", "-print-target-triple",
                 "-print-libgcc-file-name", "-print-resource-dir"):
    same(question)
check(run(wrapper, "--version").startswith(run(clang, "--version").splitlines()[0]), "--version hides Clang's")
check("LivePatch" in run(wrapper, "--version"), "--version does not say that it is LivePatch's")
check("livepatch-clang" in run(wrapper, "--help"), "--help does not explain the wrapper")
check("Target:" in run(wrapper, "-v"), "-v without inputs fails")
check(str(PREFIX / "lib/livepatch") in run(wrapper, "--livepatch-identity", cwd=source), "the identity misses the plugin")

# Commands that have no use for the plugin or the build-id must not complain about them.
for words in (["-E", "main.c"], ["-M", "main.c"], ["-fsyntax-only", "main.c"], ["-c", "asm.s"], ["-S", "main.c"],
              ["-c", "main.c"], ["main.o", "-o", "linked"], ["-x", "c", "-c", "/dev/null", "-o", "null.o"],
              ["-shared", "-fPIC", "main.c", "-o", "lib.so"], ["-r", "main.o", "-o", "whole.o"]):
    output = run(wrapper, "-Werror", *words, cwd=source)
    check("warning" not in output and "error" not in output, f"{words}: {output}")
check("plugin" not in run(wrapper, "-E", "main.c", "-###", cwd=source), "preprocessing loads the plugin")
check(inSection(source / "main.o"), "-c adds no map")
checkPatchable(source / "linked", ["main.c"])

# C++ links its library; the build tree's wrapper and one reached through a link work as well.
run(cxx, "main.cpp", "-o", "cpp", cwd=source)
run(source / "cpp")
run(BIN / "livepatch-clang++", "main.cpp", "-o", "from-build-tree", cwd=source)
checkPatchable(source / "from-build-tree", ["main.cpp"])
(source / "cc").symlink_to(wrapper)
run(source / "cc", "main.c", "-o", "through-link", cwd=source)
checkPatchable(source / "through-link", ["main.c"])
run("livepatch-clang", "main.c", "-o", "from-path", cwd=source, env={"PATH": f"{PREFIX}/bin:/usr/bin:/bin"})

# -cc1 is the compiler itself.
check("OVERVIEW" in run(wrapper, "-cc1", "--help"), "-cc1 does not reach the compiler")

# What cannot work says so once, with a remedy.
for words in (["-flto"], ["-flto=full"], ["@lto.rsp"]):
    output = run(wrapper, *words, "-c", "main.c", cwd=source, expect=1)
    check(len(output.splitlines()) == 2 and "-fno-lto" in output, f"{words}: {output}")
run(wrapper, "-flto", "-fno-lto", "-c", "main.c", cwd=source)
output = run(wrapper, "-c", "main.c", cwd=source, env={"LIVEPATCH_CLANG": other}, expect=1)
check(f"made for Clang {LLVM}" in output, f"another Clang: {output}")
output = run(wrapper, "-c", "main.c", cwd=source, env={"LIVEPATCH_CLANG": "/nosuch/clang"}, expect=1)
check("cannot run '/nosuch/clang'" in output, f"no Clang: {output}")
run(wrapper, "-c", "main.c", cwd=source, env={"LIVEPATCH_CLANG": clang})
alone = SCRATCH / "alone/bin"
shutil.rmtree(alone.parent, ignore_errors=True)
alone.mkdir(parents=True)
shutil.copy(wrapper, alone)
output = run(alone / "livepatch-clang", "-c", "main.c", cwd=source, expect=1)
check("is missing" in output and "install LivePatch again" in output, f"no plugin: {output}")

# The compiler's own exit code comes through.
(source / "wrong.c").write_text("int main(void) { return }\n")
run(wrapper, "-c", "wrong.c", cwd=source, expect=1)
