"""A Makefile with implicit rules, dependency files, an archive, a response file, assembly, and one command that compiles and links."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from consumer import PREFIX, check, checkPatchable, copyOf, inSection, run

source = copyOf(pathlib.Path(__file__).parent / "project", "source")
output = run("make", "-j2", f"CC={PREFIX}/bin/livepatch-clang", cwd=source)
check("warning:" not in output, f"the build warns:\n{output}")
checkPatchable(source / "app", ["main.c", "part.c"])
checkPatchable(source / "one-step", ["main.c", "part.c"])
check(inSection(source / "part.o"), "an object of the archive has no map")
check("part.h" in (source / "main.d").read_text(), "the dependency file is incomplete")
run(source / "app", expect=5)
run(source / "one-step", expect=5)
