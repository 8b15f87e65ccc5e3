"""GCC, and Clang of another major version: one message at configuring that says what to do, for both ways of use."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from consumer import LLVM, check, configure, write

OTHER_CLANG = {"14": "19", "19": "14"}[LLVM]
USES = {"function": "livepatch_target_patchable(app)",
        "flags": "target_link_libraries(app PRIVATE LivePatch::Patchable)",
        "excluded": "livepatch_target_patchable(app EXCLUDE other.c)"}
COMPILERS = {"GNU": ["-DCMAKE_C_COMPILER=gcc"], "Clang": [f"-DCMAKE_C_COMPILER=clang-{OTHER_CLANG}"]}

for name, use in USES.items():
    source = write("source", {
        "CMakeLists.txt": f"""
cmake_minimum_required(VERSION 3.25)
project(consumer C)
find_package(LivePatch CONFIG REQUIRED)
add_executable(app main.c other.c)
{use}
""",
        "main.c": "int main(void) { return 0; }\n", "other.c": ""})
    for identity, compiler in COMPILERS.items():
        _, output = configure(source, "build", compiler=compiler, expect=1)
        output = " ".join(output.split())
        for words in ("target 'app' cannot be made patchable", identity, f"made for Clang {LLVM}",
                      f"-DCMAKE_C_COMPILER=clang-{LLVM}"):
            check(words in output, f"{name}, {identity}: '{words}' is not in the message:\n{output}")
        check(output.count("CMake Error") == 1, f"{name}, {identity}: more than one message:\n{output}")

# A project of two languages, one of which has nothing patchable, is nobody's concern.
source = write("source", {
    "CMakeLists.txt": """
cmake_minimum_required(VERSION 3.25)
project(consumer C CXX)
find_package(LivePatch CONFIG REQUIRED)
add_executable(app main.c)
livepatch_target_patchable(app)
add_executable(tool tool.cpp)
""",
    "main.c": "int main(void) { return 0; }\n", "tool.cpp": "int main() {}\n"})
configure(source, "build", compiler=[f"-DCMAKE_C_COMPILER=clang-{LLVM}", "-DCMAKE_CXX_COMPILER=g++"])
