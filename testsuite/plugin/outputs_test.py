"""Every kind of output, and the compiles that the plugin must leave alone."""
from compiling import CLANG, PLUGIN, CompilingTest, Elf, LinkedMap, main, run

SOURCE = """
static __thread int local_tls; __thread int tls = 1;
static int counter; const char *names[] = { "a", "b" };
static int __attribute__((noinline)) step(int x) { local_tls += x; return counter += x + tls; }
int main(int argc, char **argv) { return step(argc) == 0 || names[argc & 1] == 0; }
"""


class Outputs(CompilingTest):
    def setUp(self):
        super().setUp()
        self.write("unit.c", SOURCE)

    def plugin(self, *words, check=True):
        return run([CLANG, f"-fplugin={PLUGIN}", *words], self.folder, check)

    def check_map(self, output):
        linked = LinkedMap(self.folder / output)
        symbols = linked.elf.symbols()
        for name in ("main", "step"):
            self.assertEqual(linked.function(name)["address"], symbols[name][0])
        for name in ("counter", "names", "tls", "local_tls"):
            self.assertEqual(linked.variable(name)["address"], symbols[name][0], name)
        run([f"./{output}"], self.folder)

    def test_through_assembly_text(self):
        self.plugin("-O2", "-S", "unit.c", "-o", "unit.s")
        run([CLANG, "unit.s", "-o", "program"], self.folder)
        self.check_map("program")

    def test_through_the_system_assembler(self):
        self.plugin("-O2", "-g", "-fno-integrated-as", "unit.c", "-o", "program")
        self.check_map("program")

    def test_through_bitcode(self):
        self.plugin("-O2", "-c", "-emit-llvm", "unit.c", "-o", "unit.bc")
        run([CLANG, "unit.bc", "-o", "program"], self.folder)
        self.check_map("program")

    def test_through_an_archive_and_a_partial_link(self):
        self.write("part.c", "int part(int x) { return x + 1; }")
        self.compile("part.c", output="part.o")
        run(["ar", "rc", "libpart.a", "part.o"], self.folder)
        self.compile("unit.c")
        run(["ld", "-r", "-o", "all.o", "unit.o", "--whole-archive", "libpart.a"], self.folder)
        run([CLANG, "all.o", "-o", "program"], self.folder)
        self.check_map("program")
        self.assertEqual(len(LinkedMap(self.folder / "program").units), 2)

    def test_with_every_linker_and_sections_collected(self):
        text = SOURCE + "int dead(int x) { return x * 5; }\n"
        self.write("unit.c", text)
        for linker in ("bfd", "gold", "lld"):
            with self.subTest(linker):
                done = self.plugin("-O1", f"-fuse-ld={linker}", "-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections", "unit.c",
                                   "-o", linker, check=False)
                if done.returncode and "invalid linker name" in done.stderr:
                    self.skipTest(f"{linker} is not installed")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.check_map(linker)
                self.assertEqual(LinkedMap(self.folder / linker).function("dead")["address"], 0)
                self.assertNotIn("dead", Elf(self.folder / linker).symbols())

    def test_odd_symbol_names(self):
        text = """
            int odd(int) __asm__("%s"); int odd(int x) { return x; }
            int quoted(int) __asm__("say \\"x\\""); int quoted(int x) { return x + 1; }
            int main(void) { return odd(0); }
        """
        self.write("odd.c", text % "a b$c")
        self.plugin("-O0", "odd.c", "-o", "odd")
        linked = LinkedMap(self.folder / "odd")
        self.assertEqual(linked.function("a b$c")["address"], linked.elf.symbols()["a b$c"][0])
        # No assembler-independent way to write it: the map has the function, but not where it is.
        self.assertNotIn("address", linked.function('say "x"'))

    def test_dollars_through_the_system_assembler(self):
        self.write("odd.c", 'int odd(int) __asm__("a$b"); int odd(int x) { return x; } int main(void) { return odd(0); }')
        self.plugin("-O0", "-fno-integrated-as", "odd.c", "-o", "odd")
        linked = LinkedMap(self.folder / "odd")
        self.assertEqual(linked.function("a$b")["address"], linked.elf.symbols()["a$b"][0])

    def test_other_actions_are_left_alone(self):
        self.assertIn("step", self.plugin("-E", "unit.c").stdout)
        self.plugin("-fsyntax-only", "unit.c")
        self.plugin("-M", "unit.c")
        self.write("empty.c", "")
        self.compile("empty.c", "-O2", output="empty.o")
        self.assertEqual(len(LinkedMap(self.folder / "empty.o").units), 1)

    def test_a_file_that_does_not_compile_fails_as_ever(self):
        self.write("bad.c", "struct s { struct s inner; int x }; int f( { return undeclared; }")
        done = self.plugin("-c", "bad.c", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertNotIn("PLEASE submit", done.stderr)

    def test_link_time_optimisation_is_refused_by_name(self):
        for flag in ("-flto", "-flto=thin"):
            done = self.plugin(flag, "-O2", "-c", "unit.c", "-o", "lto.o", check=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("LivePatch cannot make LTO code patchable yet", done.stderr)
            self.assertIn("-flto", done.stderr)

    def test_a_compile_split_into_steps_is_built_with_a_warning(self):
        for flags in (("-save-temps",), ("-Xclang", "-disable-llvm-passes")):
            done = self.plugin("-O2", *flags, "-c", "unit.c", "-o", "plain.o")
            self.assertIn("LivePatch needs the optimiser in the same step as the source", done.stderr)
            self.assertEqual(Elf(self.folder / "plain.o").section(".debug_livepatch"), b"")

    def test_instrumented_programs_run_and_have_maps(self):
        sets = [("-fsanitize=address",), ("-fsanitize=undefined",), ("-fsanitize=thread",), ("--coverage",), ("-pg",),
                ("-fprofile-instr-generate", "-fcoverage-mapping"), ("-fpatchable-function-entry=4",)]
        for flags in sets:
            # Debian packs the run-time libraries of sanitizers and profiles apart from the compiler.
            if run([CLANG, *flags, "unit.c", "-o", "plain"], self.folder, check=False).returncode:
                continue
            for level in ("-O0", "-O2"):
                with self.subTest(flags, level=level):
                    self.plugin(level, *flags, "unit.c", "-o", "program")
                    self.check_map("program")

    def test_modules_built_on_the_side_do_not_disturb(self):
        self.write("part.h", "static inline int part(int x) { return x + 1; }\n")
        self.write("module.modulemap", 'module part { header "part.h" export * }\n')
        self.write("unit.c", '#include "part.h"\n' + SOURCE + "int use(int x) { return part(x); }\n")
        self.plugin("-O1", "-fmodules", "-fmodules-cache-path=cache", "-I.", "unit.c", "-o", "program")
        self.check_map("program")
        self.assertEqual(LinkedMap(self.folder / "program").units[0]["source"], "unit.c")

    def test_emulated_thread_local_variables_have_no_place(self):
        self.plugin("-O1", "-femulated-tls", "unit.c", "-o", "program")
        self.assertNotIn("address", LinkedMap(self.folder / "program").variable("tls"))

    def test_another_target_is_built_with_a_warning(self):
        done = self.plugin("--target=aarch64-linux-gnu", "-ffreestanding", "-O2", "-c", "unit.c", "-o", "arm.o")
        self.assertIn("does not know the target", done.stderr)
        self.assertEqual(Elf(self.folder / "arm.o").section(".debug_livepatch"), b"")

    def test_unknown_arguments_are_errors(self):
        done = self.plugin("-fplugin-arg-livepatch-colour=red", "-c", "unit.c", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("bad plugin argument 'colour=red'", done.stderr)

    def test_a_map_that_cannot_be_written_is_an_error(self):
        done = self.plugin("-fplugin-arg-livepatch-map-out=no/such/dir.json", "-c", "unit.c", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("cannot write the map 'no/such/dir.json'", done.stderr)

    def test_naming_the_pass_plugin_as_well_changes_nothing(self):
        self.compile("unit.c", "-O2", output="once.o")
        self.compile("unit.c", "-O2", f"-fpass-plugin={PLUGIN}", output="twice.o")
        self.assertEqual((self.folder / "once.o").read_bytes(), (self.folder / "twice.o").read_bytes())

    def test_objective_c_is_no_trouble(self):
        self.write("unit.m", "int f(int x) { return x; }")
        self.compile("unit.m", "-O1", output="m.o")


if __name__ == "__main__":
    main()
