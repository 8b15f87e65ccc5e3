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
    checkPatchable(folder / "old_style", ["main.c", "greeting.c", "objects.c"])
    check(run(folder / "app") == "hello from all parts: 6\n", "the program does not work")

    # Nothing to do the second time: the plugin does not make anything look out of date.
    times = {path: path.stat().st_mtime_ns for path in folder.rglob("*.o")}
    again = build(folder)
    check(times and times == {path: path.stat().st_mtime_ns for path in times},
          f"{generator} builds again what is up to date:\n{again}")
