"""EXCLUDE: these sources have no map and no padding; all others have, also ones added after the call."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from consumer import GENERATORS, build, check, checkPatchable, configure, run, write

source = write("source", {
    "CMakeLists.txt": """
cmake_minimum_required(VERSION 3.25)
project(consumer C)
find_package(LivePatch CONFIG REQUIRED)
add_executable(app main.c third_party/deep/zip.c)
livepatch_target_patchable(app EXCLUDE third_party/* cr?pto.c)
target_sources(app PRIVATE late.c crypto.c)
# The same sources in another target: there they are all patchable, or none is.
add_executable(all_of_it main.c late.c crypto.c third_party/deep/zip.c)
livepatch_target_patchable(all_of_it)
add_executable(none_of_it main.c late.c crypto.c third_party/deep/zip.c)
""",
    "main.c": "int late(void), crypto(void), zip(void);\nint main(void) { return late() + crypto() + zip(); }\n",
    "late.c": "int late(void) { return 1; }\n",
    "crypto.c": "int crypto(void) { return 2; }\n",
    "third_party/deep/zip.c": "int zip(void) { return 4; }\n"})
for generator in GENERATORS:
    folder, _ = configure(source, "build", generator=generator)
    build(folder)
    checkPatchable(folder / "app", ["main.c", "late.c"])
    checkPatchable(folder / "all_of_it", ["main.c", "late.c", "crypto.c", "zip.c"])
    check(".debug_livepatch" not in run("readelf", "-SW", folder / "none_of_it"), "flags reached another target")
    run(folder / "app", expect=7)
