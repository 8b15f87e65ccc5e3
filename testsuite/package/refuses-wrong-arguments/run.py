"""Each wrong call is fatal, and the message names the function, the target and the word."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from consumer import check, configure, write

PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(consumer C)
find_package(LivePatch CONFIG REQUIRED)
add_executable(app main.c)
add_library(archive STATIC main.c)
add_library(headers INTERFACE)
add_library(alias ALIAS archive)
%s
"""
WRONG = {
    "livepatch_target_patchable(app MAPFLE app.lpmap)": ["livepatch_target_patchable(app)", "'MAPFLE", "MAPFILE <file>"],
    "livepatch_target_patchable(app MAPFILE)": ["livepatch_target_patchable(app)", "MAPFILE without a value"],
    "livepatch_target_patchable(app EXCLUDE nosuch.c)": ["livepatch_target_patchable(app)", "'nosuch.c' matches no source"],
    "livepatch_target_patchable(nosuch)": ["livepatch_target_patchable(nosuch)", "no target"],
    "livepatch_target_patchable(headers)": ["livepatch_target_patchable(headers)", "only executables and libraries"],
    "livepatch_target_patchable(alias)": ["livepatch_target_patchable(alias)", "archive"],
    "livepatch_target_patchable(archive MAPFILE a.lpmap)": ["livepatch_target_patchable(archive)", "linked file"],
    "livepatch_add_patch(fix TARGET app BASE v1 NEW v2 SPEED 9)": ["livepatch_add_patch(fix)", "'SPEED"],
    "livepatch_add_patch(fix BASE v1 NEW v2)": ["livepatch_add_patch(fix)", "TARGET is missing"],
    "livepatch_add_patch(fix TARGET app NEW v2)": ["livepatch_add_patch(fix)", "BASE is missing"],
    "livepatch_add_patch(fix TARGET nosuch BASE v1 NEW v2)": ["livepatch_add_patch(fix)", "'nosuch'"],
    "livepatch_add_patch(fix TARGET app BASE v1)": ["livepatch_add_patch(fix)", "NEW <rev|tree> or as PATCH_FILE"],
    "livepatch_add_patch(fix TARGET app BASE v1 NEW v2 PATCH_FILE x)": ["livepatch_add_patch(fix)", "either"],
    "livepatch_add_patch(fix TARGET app BASE . NEW v2)": ["livepatch_add_patch(fix)", "both"],
    "livepatch_install(app)": ["livepatch_install()", "'app'"],
    "livepatch_install(TARGETS app)": ["livepatch_install(TARGETS app)", "livepatch_target_patchable(app)"],
    "livepatch_install(PATCHES fix)": ["livepatch_install(PATCHES fix)", "livepatch_add_patch(fix"],
    "livepatch_install()": ["livepatch_install()", "either TARGETS or PATCHES"],
    "set_target_properties(app PROPERTIES INTERPROCEDURAL_OPTIMIZATION ON)\nlivepatch_target_patchable(app)":
        ["'app'", "INTERPROCEDURAL_OPTIMIZATION"],
}
for call, expected in WRONG.items():
    source = write("source", {"CMakeLists.txt": PROJECT % call, "main.c": "int main(void) { return 0; }\n"})
    _, output = configure(source, "build", expect=1)
    output = " ".join(output.split())
    for words in expected:
        check(words in output, f"{call}: '{words}' is not in the message:\n{output}")
