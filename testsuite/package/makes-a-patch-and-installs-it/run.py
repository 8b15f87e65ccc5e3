"""livepatch_add_patch from trees, from a patch file and from git revisions; livepatch_install of program, map and patch."""
import json
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from consumer import GENERATORS, SCRATCH, build, check, configure, empty, run, write

FILES = {
    "CMakeLists.txt": """
cmake_minimum_required(VERSION 3.25)
project(consumer C)
find_package(LivePatch CONFIG REQUIRED)
add_executable(app src/main.c src/answer.c)
livepatch_target_patchable(app)
livepatch_install(TARGETS app)

livepatch_add_patch(from-trees TARGET app BASE ${CMAKE_CURRENT_SOURCE_DIR} NEW ../new)
livepatch_add_patch(from-file TARGET app BASE . PATCH_FILE fix.patch OUTPUT_DIRECTORY elsewhere)
livepatch_add_patch(from-revisions TARGET app BASE v1 NEW v2)
add_executable(released IMPORTED)
set_target_properties(released PROPERTIES IMPORTED_LOCATION ${CMAKE_CURRENT_SOURCE_DIR}/../released/app)
livepatch_add_patch(for-released TARGET released BASE v1 NEW v2)
livepatch_install(PATCHES from-trees)
livepatch_install(PATCHES from-file DESTINATION patches)
""",
    "src/main.c": """#include <stdio.h>
int answer(void);
int main(void) {
    while (getchar() != EOF) {
        printf("%d\\n", answer());
        fflush(stdout);
    }
    return 0;
}
""",
    "src/answer.c": "__attribute__((noinline)) int answer(void) {\n    return 41;\n}\n",
    "fix.patch": """--- a/src/answer.c
+++ b/src/answer.c
@@ -1,3 +1,3 @@
 __attribute__((noinline)) int answer(void) {
-    return 41;
+    return 42;
 }
"""}
FIXED = FILES["src/answer.c"].replace("41", "42")

source = write("source", FILES)
new = SCRATCH / "new"
shutil.rmtree(new, ignore_errors=True)
shutil.copytree(source, new)
(new / "src/answer.c").write_text(FIXED)

run("git", "init", "-q", cwd=source)
run("git", "add", ".", cwd=source)
run("git", "commit", "-qm", "base", cwd=source)
run("git", "tag", "v1", cwd=source)
(source / "src/answer.c").write_text(FIXED)
run("git", "commit", "-qam", "fix", cwd=source)
run("git", "tag", "v2", cwd=source)
run("git", "checkout", "-q", "v1", cwd=source)

for generator in GENERATORS:
    folder, _ = configure(source, "build", generator=generator)
    build(folder)
    build(folder, "from-revisions")
    for name, where in {"from-trees": "from-trees", "from-file": "elsewhere", "from-revisions": "from-revisions"}.items():
        manifest = json.loads((folder / where / f"{name}.json").read_text())
        redirected = [entry["target"] for entry in manifest["redirects"]]
        check(redirected == ["answer"], f"{generator}, {name}: redirects {redirected}, expected answer alone")

    prefix = empty("prefix")
    run("cmake", "--install", folder, "--prefix", prefix)
    installed = sorted(str(path.relative_to(prefix)) for path in prefix.rglob("*") if path.is_file())
    expected = ["bin/app", "share/livepatch/app.lpmap"]
    for name, where in {"from-trees": "lib/livepatch/patches", "from-file": "patches"}.items():
        expected += [f"{where}/{name}/{name}.{suffix}" for suffix in ("cmd", "json", "so")]
    check(installed == sorted(expected), f"{generator}: installed {installed}, expected {sorted(expected)}")

    # The working tree has moved on: the released executable is patched, not what would be built now.
    shutil.copy(folder / "app", empty("released"))
    run("git", "checkout", "-q", "v2", cwd=source)
    build(folder, "for-released")
    manifest = json.loads((folder / "for-released" / "for-released.json").read_text())
    check([entry["target"] for entry in manifest["redirects"]] == ["answer"], f"{generator}: the released executable's patch")
    run("git", "checkout", "-q", "v1", cwd=source)
