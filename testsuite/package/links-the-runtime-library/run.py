"""LivePatch::Runtime: headers and library of the installed package build a program with any compiler."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from consumer import build, configure, run, write

if os.environ["LIVEPATCH_SANITIZE"]:
    sys.exit(77)  # an instrumented library asks its users for the sanitizer's runtime

source = write("source", {
    "CMakeLists.txt": """
cmake_minimum_required(VERSION 3.25)
project(consumer CXX)
find_package(LivePatch CONFIG REQUIRED COMPONENTS Runtime)
add_executable(app main.cpp)
target_link_libraries(app PRIVATE LivePatch::Runtime)
add_custom_target(programs ALL COMMAND LivePatch::patchbuild --version COMMAND LivePatch::livepatch --version)
""",
    "main.cpp": """
#include "runtime/core/map.h"
int main() {
    livepatch::Map map;
    return map.units.empty() ? 0 : 1;
}
"""})
folder, _ = configure(source, "build", compiler=["-DCMAKE_CXX_COMPILER=g++"])
build(folder)
run(folder / "app")
