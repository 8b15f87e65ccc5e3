"""An object depends on the plugin like on a header: another plugin, another object."""
import os
import pathlib
import shutil
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from consumer import GENERATORS, PREFIX, SCRATCH, build, check, configure, write

prefix = SCRATCH / "prefix"
shutil.rmtree(prefix, ignore_errors=True)
shutil.copytree(PREFIX, prefix, symlinks=True)
source = write("source", {
    "CMakeLists.txt": """
cmake_minimum_required(VERSION 3.25)
project(consumer C)
find_package(LivePatch CONFIG REQUIRED)
add_executable(app main.c other.c)
livepatch_target_patchable(app EXCLUDE other.c)
add_executable(plain main.c)
""",
    "main.c": "int main(void) { return 0; }\n", "other.c": ""})
for generator in GENERATORS:
    folder, _ = configure(source, "build", generator=generator, prefix=prefix)
    build(folder)
    time.sleep(0.05)
    os.utime(prefix / "lib/livepatch/livepatch-clang-plugin.so")
    objects = {path: path.stat().st_mtime_ns for path in folder.rglob("*.o")}
    build(folder)
    rebuilt = sorted(f"{path.parts[-2]}/{path.name}" for path, time in objects.items() if path.stat().st_mtime_ns != time)
    check(rebuilt == ["app.dir/main.c.o"], f"{generator}: built again {rebuilt}, expected app's main.c.o alone")
