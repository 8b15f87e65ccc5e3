"""What the map says about functions, variables and types."""
from compiling import CompilingTest, LinkedMap, find, main, run

C_PROGRAM = """
typedef int number;
struct client { unsigned long id; number flags : 3; char *name; struct { int x; union { int i; float f; }; } in; };
enum color { RED, GREEN = 5 };
enum { ANON_ONE = 1 };
struct client first; const int table[3] = { 1, 2, 3 };
static int counter = 3;
static __thread long mine = 4;
extern int other(number x) __attribute__((alias("used")));
__attribute__((weak)) int optional(void) { return 1; }
static __attribute__((constructor)) void early(void) { counter = 4; }
static inline int inlined(int x) { return x * 3 + counter; }
static int __attribute__((noinline)) local(int x, char *s) { static int n; return x + ++n + (s != 0) + table[x & 1]; }
int used(number x) { static int n = 9; { static long n; n += x; mine += n; } return local(inlined(x), "a") + n++; }
int handler(int x) { return x; }
int (*saved)(int) = handler;
__attribute__((noreturn)) void serve(volatile int *go) { for (;;) { if (*go == 3) __builtin_trap(); } }
int main(int argc, char **argv) { return used(argc) + saved(3) + (int)first.id < 0; }
"""


class CMap(CompilingTest):
    def setUp(self):
        super().setUp()
        self.write("unit.c", C_PROGRAM)

    def test_addresses_are_those_of_the_symbol_table(self):
        for flags in (("-O0",), ("-O2", "-fPIE", "-pie"), ("-O2", "-fno-pic", "-no-pie"), ("-O2", "-ffunction-sections")):
            linked = self.link("unit.c", *flags)
            symbols = linked.elf.symbols()
            for entry in linked.units[0]["functions"] + linked.units[0]["variables"]:
                if entry.get("address") is not None:
                    self.assertEqual(entry["address"], symbols[entry["name"]][0], entry["name"])
            for entry in linked.units[0]["variables"]:
                self.assertEqual(entry["size"], symbols[entry["name"]][1], entry["name"])

    def test_inlined_functions_are_known_without_code(self):
        linked = self.link("unit.c", "-O2")
        inlined = linked.function("inlined")
        self.assertNotIn("address", inlined)
        self.assertNotIn("late", inlined)
        self.assertEqual(inlined["calls"], ["counter"])
        self.assertIn("inlined", linked.function("used")["calls"])
        self.assertNotIn("inlined", linked.function("used")["uses"])
        self.assertIn("counter", linked.function("used")["uses"])

    def test_functions_have_types_places_and_traits(self):
        linked = self.link("unit.c", "-O1")
        used = linked.function("used")
        self.assertEqual(used["type"], "int (number)")
        self.assertEqual(used["place"], "unit.c:14")
        self.assertEqual(used["linkage"], "external")
        self.assertEqual(linked.function("local")["linkage"], "internal")
        self.assertEqual(linked.function("optional")["linkage"], "weak")
        self.assertIn("constructor", linked.function("early")["traits"])
        self.assertIn("noreturn-loop", linked.function("serve")["traits"])
        self.assertIn("address-taken", linked.function("handler")["traits"])
        self.assertNotIn("traits", linked.function("main"))
        (alias,) = linked.units[0]["aliases"]
        self.assertEqual((alias["name"], alias["target"], alias["kind"]), ("other", "used", "alias"))
        self.assertEqual(alias["address"], used["address"])

    def test_static_locals_know_their_owners(self):
        linked = self.link("unit.c", "-O2")
        statics = {v["name"]: v for v in linked.units[0]["variables"] if "owner" in v}
        self.assertEqual({(v["owner"], v["base"], v["type"]) for v in statics.values()},
                         {("local", "n", "int"), ("used", "n", "int"), ("used", "n", "long")})

    def test_writable_statics_survive_the_optimiser(self):
        self.write("unit.c", "static int never_written = 4; static int only_written; static long table[4];\n"
                             "int main(int c, char **v) { only_written = c; table[1]++; return never_written - 4; }")
        for level in ("-O1", "-O2", "-O3", "-Os"):
            linked = self.link("unit.c", level)
            for name, size in (("never_written", 4), ("only_written", 4), ("table", 32)):
                self.assertEqual(linked.variable(name)["size"], size)
                self.assertTrue(linked.variable(name)["address"])

    def test_records_have_layouts_with_types_as_written(self):
        linked = self.link("unit.c", "-O1")
        client = linked.type("struct client")
        self.assertEqual((client["kind"], client["size"], client["align"]), ("struct", 32, 8))
        self.assertEqual(client["fields"][:3],
                         [["id", "unsigned long", 0], ["flags", "number : 3", 64, "int"], ["name", "char *", 128]])
        offsets = {name: offset for name, _, offset, *_ in client["fields"]}
        self.assertEqual((offsets["in.x"], offsets["in..i"], offsets["in..f"]), (192, 224, 224))
        self.assertEqual(linked.type("enum color")["enumerators"], [["RED", 0], ["GREEN", 5]])
        self.assertEqual(linked.type("enum (with ANON_ONE)")["enumerators"], [["ANON_ONE", 1]])
        self.assertEqual(client["place"], "unit.c:3")
        self.assertEqual(set(linked.units[0]["types"]), {entry["hash"] for entry in linked.types})

    def test_a_moved_record_keeps_its_hash_and_a_changed_one_does_not(self):
        def hashes(text):
            analysis = self.analyse(text)
            return {record["name"]: name for name, record in analysis["records"].items()}
        text = "typedef char *sds; struct s { int a; char *b; }; struct t { int a; };"
        old = hashes(text)
        self.assertEqual(old, hashes("\n\n// moved\n" + text))
        changed = hashes(text.replace("char *b", "sds b"))
        self.assertNotEqual(old["struct s"], changed["struct s"])
        self.assertEqual(old["struct t"], changed["struct t"])

    def test_one_copy_of_a_layout_from_many_units(self):
        self.write("part.h", "#pragma once\nstruct shared { int a, b; };\n")
        for name in ("one", "two"):
            self.write(f"{name}.c", f'#include "part.h"\nstruct shared {name};\n')
            self.compile(f"{name}.c", output=f"{name}.o")
        self.write("main.c", "int main(void) { return 0; }")
        run(["cc", "main.c", "one.o", "two.o", "-o", "program"], self.folder)
        linked = LinkedMap(self.folder / "program")
        self.assertEqual([entry["name"] for entry in linked.types], ["struct shared"])
        self.assertEqual(len(linked.units), 2)

    def test_an_analysis_has_the_initialisers(self):
        analysis = self.analyse("""
            int f(int x) { return x; }
            struct row { const char *name; int (*call)(int); short n; };
            struct row rows[2] = { { "one", f, 1 }, { 0, 0, 0x102 } };
            int zero[4]; long number = -2; char *inside = (char *)rows + 5; double d = 1.0;
            void *labels(int x) { static void *where[2]; a: where[0] = &&a; return where[x]; }
            int difference = 3;
        """, "-O1")
        rows = find([analysis], "variables", "rows")
        self.assertEqual(rows["bytes"], "00" * 16 + "01" + "00" * 7 + "00" * 16 + "0201" + "00" * 6)
        (zero, name, none), (eight, call, _) = rows["pointers"]
        self.assertEqual((zero, none, eight, call), (0, 0, 8, "f"))
        text = find([analysis], "variables", name)
        self.assertEqual(bytes.fromhex(text["bytes"]), b"one\0")
        self.assertNotIn("bytes", find([analysis], "variables", "zero"))
        self.assertEqual(find([analysis], "variables", "number")["bytes"], "fe" + "ff" * 7)
        self.assertEqual(find([analysis], "variables", "inside")["pointers"], [[0, "rows", 5]])
        self.assertEqual(find([analysis], "variables", "d")["bytes"], "000000000000f03f")
        self.assertTrue(rows["defined"])
        self.assertEqual(rows["uses"], ["f"])

    def test_uses_reach_through_private_constants(self):
        analysis = self.analyse("""
            int a(int x) { return x; } int b(int x) { return x + 1; }
            int f(int x) { int (*const calls[])(int) = { a, b }; return calls[x & 1](x); }
        """, "-O2")
        self.assertEqual(find([analysis], "functions", "f")["uses"], ["a", "b"])


CPP_PROGRAM = """
#include <stdexcept>
#include <string>
#include <vector>
struct Base { virtual ~Base() {} virtual int f(int x) = 0; int a = 1; };
struct Derived : Base { int f(int x) override { return x * 2; } long b; };
namespace ns { template <class T> struct Box { T t; T get() const { return t; } static int count; }; }
template <class T> int ns::Box<T>::count = 0;
std::string dynamic("x" + std::to_string(3)); const int folded = 3; int plain = folded;
inline int &counter() { static int c = plain; return c; }
static int thrower(int x) { if (x > 3) throw std::runtime_error("big"); return x; }
class Friendly { int x = 2; friend int peek(Friendly &f) { return f.x; } template <class T> friend class Other; };
template <class T> class Other { T t; friend class Friendly; };
Other<int> other;
struct Made { Made(int); int v; }; Made::Made(int x) : v(x) {}
int main(int argc, char **) {
    Derived d; Base *b = &d; ns::Box<long> box{4}; ns::Box<long>::count++; Friendly fr; std::vector<int> v{1, 2};
    Made made(3);
    auto lambda = [&](int x) { return x + argc; };
    try { thrower(argc + 3); } catch (std::exception &e) { return b->f(1) + box.get() + counter() + peek(fr) + lambda(1) +
        (int)v.size() + made.v + (int)dynamic.size() - 20; }
    return 1;
}
"""


class CppMap(CompilingTest):
    def setUp(self):
        super().setUp()
        self.write("unit.cpp", CPP_PROGRAM)

    def test_programs_run_and_have_maps_at_every_level(self):
        for flags in (("-O0",), ("-O1", "-g"), ("-O2", "-fcf-protection=full"), ("-O3", "-fno-integrated-as"), ("-Os",)):
            with self.subTest(flags):
                linked = self.link("unit.cpp", *flags)
                run(["./program"], self.folder)
                symbols = linked.elf.symbols()
                for entry in linked.units[0]["functions"] + linked.units[0]["variables"]:
                    if entry.get("address"):
                        self.assertEqual(entry["address"], symbols[entry["name"]][0], entry["name"])

    def test_declared_types_and_constructor_variants(self):
        linked = self.link("unit.cpp", "-O0")
        self.assertEqual(linked.function("_ZN7Derived1fEi")["type"], "int (int)")
        self.assertEqual(linked.function("_ZNK2ns3BoxIlE3getEv")["type"], "long () const")
        self.assertEqual(linked.function("_Z4peekR8Friendly")["place"], "unit.cpp:12")
        self.assertEqual(linked.function("_ZN7Derived1fEi")["linkage"], "linkonce")
        self.assertEqual([(a["name"], a["target"]) for a in linked.units[0]["aliases"]], [("_ZN4MadeC1Ei", "_ZN4MadeC2Ei")])

    def test_variables_of_cpp(self):
        linked = self.link("unit.cpp", "-O1")
        local = linked.variable("_ZZ7countervE1c")
        self.assertEqual((local["owner"], local["base"]), ("_Z7counterv", "c"))
        self.assertTrue(local["dynamic-init"])
        self.assertTrue(next(v for v in linked.units[0]["variables"] if v.get("base") == "dynamic")["dynamic-init"])
        self.assertNotIn("dynamic-init", linked.variable("plain"))
        self.assertTrue(linked.variable("_ZGVZ7countervE1c")["address"])
        self.assertEqual(linked.variable("_ZN2ns3BoxIlE5countE")["base"], "count")

    def test_initialisers_have_the_traits_of_start_up_code(self):
        functions = self.link("unit.cpp", "-O0").units[0]["functions"]
        traits = {f["name"]: f.get("traits", []) for f in functions}
        self.assertTrue(any("constructor" in t for name, t in traits.items() if name.startswith("_GLOBAL__sub_I_")))
        self.assertTrue(any("init" in t for name, t in traits.items() if name.startswith("__cxx_global_var_init")))

    def test_classes(self):
        linked = self.link("unit.cpp", "-O1")
        derived = linked.type("struct Derived")
        self.assertEqual(derived["bases"], [["Base", 0]])
        self.assertIn("_ZN7Derived1fEi", derived["vtable"])
        self.assertEqual(linked.type("struct Base")["vtable"][1], "_ZN4Base1fEi = 0")
        self.assertEqual(linked.type("struct ns::Box<long>")["fields"], [["t", "long", 0]])
        self.assertFalse([t["name"] for t in linked.types if "std::" in t["name"]])


if __name__ == "__main__":
    main()
