"""The installed folder may be moved, also to a path with a blank, and knows nothing of where it was."""
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from consumer import GENERATORS, PREFIX, SCRATCH, build, check, checkPatchable, configure, run, write

moved = SCRATCH / "moved prefix"
shutil.rmtree(moved, ignore_errors=True)
shutil.copytree(PREFIX, moved, symlinks=True)

source = write("source", {
    "CMakeLists.txt": """
cmake_minimum_required(VERSION 3.25)
project(consumer C)
find_package(LivePatch CONFIG REQUIRED)
add_executable(app main.c)
livepatch_target_patchable(app MAPFILE app.lpmap)
""",
    "main.c": "int main(void) { return 0; }\n"})
for generator in GENERATORS:
    folder, _ = configure(source, "build", generator=generator, prefix=moved)
    output = build(folder)
    check(str(PREFIX) not in output, f"the old place is still in use:\n{output}")
    checkPatchable(folder / "app", ["main.c"])
    check((folder / "app.lpmap").stat().st_size > 0, "no map was written")

for path in list(moved.rglob("*.cmake")) + [moved / "bin/livepatch-clang"]:
    check(str(PREFIX) not in path.read_text(), f"{path.name} names the old place")
run(moved / "bin/livepatch-clang", "main.c", "-o", "wrapped", cwd=source)
checkPatchable(source / "wrapped", ["main.c"])
