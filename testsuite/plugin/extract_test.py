"""livepatch-extract: what a module looks like after an order (docs/formats.md, section 4)."""
import json
import re

from compiling import CLANG, EXTRACT, CompilingTest, main, run


class Extraction(CompilingTest):
    def bitcode(self, text, *flags, name="unit.c"):
        self.write(name, text)
        self.compile(name, "-emit-llvm", "-fplugin-arg-livepatch-map-out=unit.json", *(flags or ("-O1", "-fPIE")),
                     output="unit.bc")

    def order(self, **parts):
        order = {"extract": 1, "unit": "unit.c", **parts}
        self.write("order.json", json.dumps(order))
        return run([EXTRACT, "unit.bc", "order.json", "-o", "out.bc"], self.folder, check=False)

    def extract(self, **parts):
        done = self.order(**parts)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return self.text()

    def text(self):
        run([CLANG, "-S", "-emit-llvm", "-Xclang", "-disable-llvm-passes", "out.bc", "-o", "out.ll"], self.folder)
        return (self.folder / "out.ll").read_text()

    def refusal(self, **parts):
        done = self.order(**parts)
        self.assertEqual(done.returncode, 1)
        return done.stderr

    def link(self, *flags):
        """The patch as patchbuild links it: no text relocations, nothing but undefined symbols left open."""
        run([CLANG, "-c", "-fPIC", "-O1", "-Xclang", "-disable-llvm-passes", "out.bc", "-o", "out.o"], self.folder)
        run([CLANG, "-shared", "-nostdlib", "-nostartfiles", "-Wl,-z,text", "-Wl,-z,now", "out.o", "-o", "out.so", *flags],
            self.folder)

    def line(self, text, name):
        quoted = re.escape(name)
        return next(line for line in text.splitlines()
                    if re.search(rf'^(define|declare).*@"?{quoted}"?\(|^@"?{quoted}"? =', line))

    def test_a_changed_function_comes_along_and_the_rest_stays(self):
        self.bitcode("""
            int puts(const char *); static int counter; extern int elsewhere; __thread int tls;
            static __attribute__((noinline)) int helper(int x) { return x + ++counter; }
            __attribute__((noinline)) int untouched(int x) { return helper(x) * 3; }
            int changed(int x) { puts("changed"); tls++; return helper(x) + untouched(x) + elsewhere; }
        """)
        text = self.extract(define={"changed": {"as": "changed.lp", "identity": "changed", "export": True}},
                            external={"helper": "src/unit.c:helper", "counter": "src/unit.c:counter",
                                      "untouched": "untouched", "tls": "tls"})
        self.assertRegex(self.line(text, "changed.lp"), r"^define protected ")
        self.assertRegex(self.line(text, "src/unit.c:helper"), r"^declare ")
        self.assertRegex(self.line(text, "untouched"), r"^declare ")
        self.assertRegex(self.line(text, "tls"), r"external thread_local\(initialexec\) global")
        self.assertRegex(self.line(text, "elsewhere"), r"external (?!dso_local)")
        self.assertNotIn("counter", text)
        self.assertNotIn("prologue", text)
        self.assertNotIn("PIE Level", text)
        self.assertIn('"PIC Level", i32 2', text)
        self.link()

    def test_calls_go_to_the_new_body_and_addresses_to_the_old_entry(self):
        self.bitcode("""
            int (*saved)(int); int changed(int x) { return x ? changed(x - 2) * x + 1 : 1; }
            int other(int x) { saved = changed; return changed(x) + 1; }
        """, "-O1", "-fno-inline")
        text = self.extract(define={"changed": {"as": "changed.lp", "identity": "changed", "export": True},
                                    "other": {"as": "other.lp", "identity": "other", "export": True}},
                            external={"saved": "saved"})
        other = text[text.index("other.lp"):]
        self.assertRegex(other, r"store .*@changed[ ,]")
        self.assertRegex(other, r"call .*@changed\.lp\(")
        self.assertNotRegex(text, r"call .*@changed\(")
        self.link()

    def test_private_functions_and_literals_come_along(self):
        self.bitcode("""
            int puts(const char *); static const int table[2] = { 4, 5 };
            static __attribute__((noinline)) int fresh(int x) { static int n; puts("fresh"); return ++n + table[x & 1]; }
            int f(int x) { return fresh(x); }
        """)
        text = self.extract(define={"f": {"as": "f.lp", "export": True}}, internal=["fresh", "fresh.n", "table"])
        self.assertRegex(self.line(text, "fresh"), r"^define internal ")
        self.assertRegex(self.line(text, "fresh.n"), r"internal .*global")
        self.assertIn("fresh\\00", text)
        self.link()

    def test_new_variables_are_bound_inside_the_patch(self):
        self.bitcode("int newvar = 4; int f(void) { return newvar++; }")
        text = self.extract(define={"f": {"as": "f.lp", "identity": "f", "export": True},
                                    "newvar": {"as": "newvar", "export": True}})
        self.assertRegex(self.line(text, "newvar"), r"^@newvar = protected .*global i32 4")
        self.link()

    def test_declarations_can_bind_to_another_name(self):
        self.bitcode("int newfn(int); int f(int x) { return newfn(x); }")
        text = self.extract(define={"f": {"as": "f.lp", "export": True}}, rename={"newfn": "newfn.lp"})
        self.assertRegex(text, r"call .*@newfn\.lp\(")
        self.assertNotRegex(text, r"@newfn[ (]")

    def test_what_the_order_does_not_place_is_an_error(self):
        self.bitcode("static int counter; int f(void) { return ++counter; } int g(void) { return 1; }")
        self.assertIn("unit.c: 'counter' is needed by the patch, but the order does not say",
                      self.refusal(define={"f": {"as": "f.lp"}}))
        self.assertIn("'missing' is to be defined, but the unit has no body",
                      self.refusal(define={"missing": {"as": "m.lp"}}))
        self.assertIn("'missing' is to be private", self.refusal(internal=["missing"]))

    def test_malformed_orders_and_files(self):
        self.bitcode("int f(void) { return 1; }")
        self.assertIn("unknown version", self.refusal(extract=2))
        self.assertIn("'define' is not an object", self.refusal(define=3))
        self.assertIn("has no 'as'", self.refusal(define={"f": {}}))
        self.write("unit.bc", "no bitcode")
        self.assertIn("cannot read 'unit.bc'", self.refusal())
        done = run([EXTRACT, "no.bc", "order.json", "-o", "out.bc"], self.folder, check=False)
        self.assertEqual(done.returncode, 1)

    def test_tables_of_labels_stay_with_the_body(self):
        text = """
            int f(int x) {
                static %s labels[] = { &&a, &&b, &&c }; %s
                goto *labels[x]; a: return 1; b: return 2; c: return x;
            }
        """
        for kind in ("const void *const", "void *"):
            for level in ("-O0", "-O2"):
                self.bitcode(text % (kind, ""), level)
                # patchbuild may take the table for a variable of the target like any other.
                kept = self.extract(define={"f": {"as": "f.lp", "export": True}}, external={"f.labels": "unit.c:f.labels"}
                                    if "f.labels" in (self.folder / "unit.json").read_text() else {})
                self.assertRegex(kept, r"(internal|private) .*\[3 x .*blockaddress\(@f\.lp")
                self.link()
        self.bitcode(text % ("void *", "if (x > 5) labels[1] = &&c;"), "-O0")
        self.assertIn("'f.labels' is a writable table of labels of 'f'",
                      self.refusal(define={"f": {"as": "f.lp"}}, external={"f.labels": "unit.c:f.labels"}))

    def test_tables_of_distances_to_the_target_hold_addresses_again(self):
        self.bitcode("""
            static const char one[] = "one", two[] = "two", three[] = "three", four[] = "four";
            const char *f(int x) { switch (x) { case 0: return one; case 1: return two; case 2: return three;
                                                case 3: return four; default: return 0; } }
        """, "-O2", "-fPIE")
        order = {"define": {"f": {"as": "f.lp", "identity": "f", "export": True}}}
        names = ("one", "two", "three", "four")
        # Within the patch distances are fixed.
        self.assertIn("load.relative", self.extract(**order, internal=names))
        self.link()
        text = self.extract(**order, external={name: f"unit.c:{name}" for name in names})
        self.assertNotIn("call ptr @llvm.load.relative", text)
        self.assertNotIn("sub (", text)
        self.link()

    def test_tables_of_distances_between_labels_stay_with_the_body(self):
        self.bitcode("""
            int f(int x) {
                static const int jumps[] = { &&a - &&a, &&b - &&a }; goto *(&&a + jumps[x]); a: return 1; b: return 2;
            }
        """, "-O0", "-fPIE")
        text = self.extract(define={"f": {"as": "f.lp"}}, external={"f.jumps": "unit.c:f.jumps"})
        self.assertRegex(self.line(text, "f.jumps"), "internal .*blockaddress")
        self.link()

    def test_aliases_file_assembly_and_constructors_stay_behind(self):
        self.bitcode("""
            __asm__(".globl from_asm\\nfrom_asm: ret");
            int target(int x) { return x; } int other(int) __attribute__((alias("target")));
            __attribute__((constructor)) void early(void) { }
            __attribute__((used)) static int kept;
            int f(int x) { return other(x) + 1; }
        """, "-O0")
        text = self.extract(define={"f": {"as": "f.lp", "export": True}})
        self.assertRegex(self.line(text, "other"), r"^declare ")
        for gone in ("module asm", "global_ctors", "llvm.used", "@early", "@target", "@kept"):
            self.assertNotIn(gone, text)
        self.link()

    def test_hidden_declarations_are_looked_for_everywhere(self):
        self.bitcode("""
            __attribute__((visibility("hidden"))) extern int hidden; __attribute__((visibility("hidden"))) int g(int);
            int f(int x) { return g(x) + hidden; }
        """, "-O1", "-fno-pic")
        text = self.extract(define={"f": {"as": "f.lp", "export": True}})
        self.assertNotIn("hidden global", text)
        self.assertNotIn("declare hidden", text)
        self.assertNotIn("declare dso_local", text)
        self.link()

    def test_cpp_with_exceptions_and_inline_functions(self):
        self.bitcode("""
            #include <stdexcept>
            #include <string>
            struct Error : std::runtime_error { using std::runtime_error::runtime_error; virtual int code() const { return 7; } };
            template <class T> __attribute__((noinline)) T twice(T x) { return x + x; }
            int f(int x) { try { if (x > 2) throw Error("big"); } catch (const Error &e) { return e.code() + twice(x); } return x; }
        """, "-O1", "-fPIE", name="unit.cpp")
        analysis = json.loads((self.folder / "unit.json").read_text())
        names = [e["name"] for kind in ("functions", "variables") for e in analysis[kind] if e.get("defined")]
        literals = {e["name"] for e in analysis["variables"] if e["name"].startswith(".")}
        text = self.extract(define={"_Z1fi": {"as": "_Z1fi.lp", "identity": "_Z1fi", "export": True},
                                    "_Z5twiceIiET_S0_": {"as": "_Z5twiceIiET_S0_.lp"}},
                            external={name: name for name in names
                                      if name not in ("_Z1fi", "_Z5twiceIiET_S0_") and name not in literals})
        self.assertRegex(self.line(text, "_Z5twiceIiET_S0_.lp"), r"weak_odr hidden .*comdat")
        self.assertRegex(text, r"@_ZTI5Error = external (?!dso_local)")
        self.assertIn("personality", text)
        self.link()


if __name__ == "__main__":
    main()
