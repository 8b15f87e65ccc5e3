"""Executables, shared, static and object libraries in C and C++, with Ninja and with Make."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from consumer import GENERATORS, build, check, checkPatchable, configure, copyOf, run

for generator in GENERATORS:
    source = copyOf(pathlib.Path(__file__).parent / "project", "source")
    folder, _ = configure(source, "build", generator=generator)
    output = build(folder)
    check("unused during compilation" not in output and "warning:" not in output, f"the build warns:\n{output}")
    checkPatchable(folder / "app", ["main.c", "greeting.c", "objects.c"])
    checkPatchable(folder / "libshared.so", ["shared.cpp"])
    checkPatchable(folder / "plain_flags", ["main.c", "greeting.c", "objects.c"])
    check(run(folder / "app") == "hello from all parts: 6\n", "the program does not work")

    # Nothing to do the second time: the plugin does not make anything look out of date.
    again = build(folder)
    check("greeting.c" not in again, f"{generator} builds again what is up to date:\n{again}")
