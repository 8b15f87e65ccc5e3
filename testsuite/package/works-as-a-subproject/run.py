"""add_subdirectory(LivePatch): the same names as from the installed package, and a clean build in the right order."""
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from consumer import GENERATORS, LLVM, SOURCE, build, check, checkPatchable, configure, write

source = write("source", {
    "CMakeLists.txt": f"""
cmake_minimum_required(VERSION 3.25)
project(consumer C CXX)
set(LIVEPATCH_LLVM {LLVM})
add_subdirectory({SOURCE} livepatch EXCLUDE_FROM_ALL)
add_executable(app main.c)
livepatch_target_patchable(app)
add_executable(plain_flags main.c)
target_link_libraries(plain_flags PRIVATE LivePatch::Patchable)
foreach(target IN ITEMS Patchable Runtime patchbuild livepatch pannus)
    if(NOT TARGET LivePatch::${{target}})
        message(FATAL_ERROR "LivePatch::${{target}} is missing")
    endif()
endforeach()
livepatch_add_patch(fix TARGET app BASE v1 NEW v2)
add_executable(with_map main.c)
livepatch_target_patchable(with_map MAPFILE with_map.lpmap)
livepatch_install(PATCHES fix)
""",
    "main.c": "int main(void) { return 0; }\n"})

# C is the consumer's and Clang's; C++ is LivePatch's own, whose objects the cache of testsuite/run knows already.
compiler = [f"-DCMAKE_C_COMPILER=clang-{LLVM}", "-DCMAKE_CXX_COMPILER=g++"]
if shutil.which("ccache") and "CCACHE_DIR" in os.environ:
    compiler.append("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache")

for generator in GENERATORS:
    folder, _ = configure(source, "build", compiler=compiler, generator=generator)
    check(not (folder / "livepatch/testsuite").exists(), "the tests came along")
    build(folder, "app", "plain_flags")
    checkPatchable(folder / "app", ["main.c"])
    checkPatchable(folder / "plain_flags", ["main.c"])
    check(not (folder / "livepatch/bin/patchbuild").exists(), "a patchable program waits for patchbuild without need")
    if not compiler[2:] and generator == "Ninja":
        print("the other generator is left out: without a compiler cache the plugin takes minutes")
        break
