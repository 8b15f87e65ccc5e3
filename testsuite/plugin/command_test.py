"""The command in the map repeats the compile: patchbuild has nothing else to go by."""
import json
import pathlib

from compiling import CLANG, PLUGIN, CompilingTest, LinkedMap, main, run

SOURCE = """
#include "part.h"
#include <stdio.h>
const char *text = TEXT;
#ifdef WIDE
typedef long number;
#else
typedef int number;
#endif
static number counter;
number add(number x) { counter += x; return counter + part(x); }
int main(int argc, char **argv) { printf("%s %s %d\\n", text, __FILE__, __LINE__); return add(argc) < 0; }
"""

FLAG_SETS = [
    ["-O0"],
    ["-O2", "-g"],
    ["-O3", "-march=x86-64-v3", "-ffast-math"],
    ["-Os", "-fPIC", "-ffunction-sections", "-fdata-sections"],
    ["-Oz", "-fno-pic", "-no-pie", "-fcf-protection=full"],
    ["-O1", "-std=gnu11", "-fno-strict-aliasing", "-fwrapv", "-fno-omit-frame-pointer", "-pthread"],
    ["-O2", "-std=c99", "-fstack-protector-strong", "-D_FORTIFY_SOURCE=2", "-fno-plt", "-fvisibility=hidden"],
    ["-O2", "-include", "forced.h", "-iquote", "quoted", "-fcommon", "-funsigned-char", "-fno-builtin-printf"],
    ["-O2", "-MMD", "-MP", "-MF", "unit.d", "-Wall", "-Werror=implicit-function-declaration"],
    ["-O2", "-ffile-prefix-map=a=b", "-fsanitize=undefined", "-fno-inline", "-mllvm", "-inline-threshold=10"],
]


class Command(CompilingTest):
    def setUp(self):
        super().setUp()
        self.write("src/unit.c", SOURCE)
        self.write("include dir/part.h", "#pragma once\nstatic inline int part(long x) { return (int)(x * 2); }\n")
        self.write("forced.h", "#define WIDE 1\n")
        self.write("quoted/unused.h", "")

    def flags(self, chosen):
        return [*chosen, "-Iinclude dir", "-DTEXT=\"a \\\"quoted\\\" $text\""]

    def recorded(self, output="unit.o"):
        (unit,) = LinkedMap(self.folder / output).units
        return unit

    def repeat(self, unit, *extra):
        command = unit["command"]
        self.assertEqual(command[0], "-cc1")
        return run([unit["compiler"]["executable"], *command, *extra], unit["directory"])

    def test_repeating_gives_the_same_object(self):
        for chosen in FLAG_SETS:
            with self.subTest(" ".join(chosen)):
                flags = self.flags(chosen)
                self.compile("src/unit.c", *flags)
                unit = self.recorded()
                run([CLANG, *flags, "-c", "src/unit.c", "-o", "plain.o"], self.folder)
                self.repeat(unit, "-o", "again.o")
                plain, again = (self.folder / "plain.o").read_bytes(), (self.folder / "again.o").read_bytes()
                self.assertEqual(plain, again)

    def test_an_analysis_finds_the_fingerprints_of_the_build(self):
        for chosen in FLAG_SETS:
            with self.subTest(" ".join(chosen)):
                self.compile("src/unit.c", *self.flags(chosen))
                unit = self.recorded()
                index = unit["command"].index("-emit-obj")
                unit["command"][index] = "-emit-llvm-bc"
                self.repeat(unit, "-o", "unit.bc", "-load", PLUGIN, "-plugin-arg-livepatch", "map-out=unit.json", "-w")
                analysis = json.loads((self.folder / "unit.json").read_text())
                for kind, keys in (("functions", ("late", "early", "convention", "type", "padding", "uses", "calls", "place")),
                                   ("variables", ("content", "size", "type", "owner", "base", "place"))):
                    built = {entry["name"]: entry for entry in unit[kind]}
                    # An analysis also has the strings behind pointers, which have no symbol in the object.
                    found = {e["name"]: e for e in analysis[kind] if not e["name"].startswith(".")}
                    self.assertEqual(built.keys(), found.keys())
                    for name, entry in built.items():
                        for key in keys:
                            self.assertEqual(entry.get(key), found[name].get(key), (name, key))
                self.assertEqual(analysis["module-flags"], unit["module-flags"])
                self.assertEqual(analysis["types"], unit["types"])
                self.assertTrue((self.folder / "unit.bc").read_bytes().startswith(b"BC"))

    def test_outputs_and_the_plugin_are_not_in_it(self):
        flags = self.flags(["-O2", "-MMD", "-MF", "unit.d", "--serialize-diagnostics", "unit.dia", "-g", "-gsplit-dwarf"])
        self.compile("src/unit.c", *flags)
        unit = self.recorded()
        for name in ("unit.d", "unit.o", "unit.dia", "unit.dwo"):
            (self.folder / name).unlink(missing_ok=True)
        # The checkout's own folder may be called like the plugin.
        words = [word.replace(str(self.folder), "") for word in unit["command"]]
        self.assertFalse([word for word in words if "livepatch" in word and "plugin" in word])
        self.repeat(unit, "-o", "again.o")
        left = {path.name for path in self.folder.iterdir() if path.is_file()}
        self.assertEqual(left, {"again.o", "forced.h"})

    def test_files_are_the_own_ones_the_main_file_first(self):
        self.compile("src/unit.c", *self.flags(["-include", "forced.h"]))
        self.assertEqual(self.recorded()["files"], ["src/unit.c", "forced.h", "include dir/part.h"])

    def test_files_behind_a_precompiled_header_count(self):
        self.write("all.h", '#include "part.h"\n')
        run([CLANG, f"-fplugin={PLUGIN}", "-Iinclude dir", "-x", "c-header", "all.h", "-o", "all.h.pch"], self.folder)
        self.compile("src/unit.c", *self.flags(["-include-pch", "all.h.pch"]))
        self.assertIn("include dir/part.h", self.recorded()["files"])

    def test_facts_about_the_compile(self):
        self.compile("src/unit.c", *self.flags(["-Os", "-fPIE"]))
        unit = self.recorded()
        self.assertEqual(unit["source"], "src/unit.c")
        self.assertEqual(pathlib.Path(unit["directory"]).resolve(), self.folder.resolve())
        self.assertEqual(unit["optimization"], "s")
        self.assertIn("PIE Level=2", unit["module-flags"])
        version = run([CLANG, "--version"], self.folder).stdout
        self.assertIn(unit["compiler"]["version"], version)


if __name__ == "__main__":
    main()
