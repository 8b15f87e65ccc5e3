"""MAPFILE: the map is written at each link, so that the program may be stripped and still be patched."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from consumer import GENERATORS, build, check, configure, copyOf, mapOf, patchbuild, run, write

for generator in GENERATORS:
    source = write("source", {
        "CMakeLists.txt": """
cmake_minimum_required(VERSION 3.25)
project(consumer C)
find_package(LivePatch CONFIG REQUIRED)
add_executable(app main.c)
livepatch_target_patchable(app MAPFILE maps/app.lpmap)
""",
        "main.c": "int main(void) { return 0; }\n"})
    folder, _ = configure(source, "build", generator=generator)
    (folder / "maps").mkdir()
    build(folder)
    written = folder / "maps/app.lpmap"
    first = json.loads(written.read_text())
    check(first["livepatch-map"] == 1, "not a map")
    check(first == mapOf(folder / "app"), "the file differs from the program's own map")

    (source / "main.c").write_text("int added(void) { return 1; }\nint main(void) { return added(); }\n")
    build(folder)
    second = json.loads(written.read_text())
    check(first["object"]["build-id"] != second["object"]["build-id"], "the map was not written again")

    run("strip", folder / "app")
    check(".debug_livepatch" not in run("readelf", "-SW", folder / "app"), "strip keeps the section")
    new = copyOf(source, "new")
    (new / "main.c").write_text("int added(void) { return 2; }\nint main(void) { return added(); }\n")
    explained = patchbuild("explain", "--target", folder / "app", "--map", written, "--source-root", source,
                           "--new-tree", new)
    check("main" in explained, f"the stripped program cannot be compared with its map:\n{explained}")
