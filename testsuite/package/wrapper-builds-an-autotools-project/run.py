"""CC=livepatch-clang CXX=livepatch-clang++ ./configure && make, with a static and a shared part (libtool-free)."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from consumer import PREFIX, check, checkPatchable, copyOf, run

source = copyOf(pathlib.Path(__file__).parent / "project", "source")
run("autoreconf", "--install", cwd=source)
compilers = {"CC": f"{PREFIX}/bin/livepatch-clang", "CXX": f"{PREFIX}/bin/livepatch-clang++"}
configured = run("./configure", cwd=source, env=compilers)
check("checking whether the compiler supports GNU C... yes" in configured, f"configure takes the wrapper for no C compiler:\n{configured}")
output = run("make", "-j2", "V=1", cwd=source)
check("warning:" not in output, f"the build warns:\n{output}")
check(run(source / "app") == "built by Clang\n", "the program does not work")
checkPatchable(source / "app", ["main.c", "part.c", "more.cc"])
run("make", "distclean", cwd=source)
