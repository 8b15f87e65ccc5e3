"""The numbers of lambdas: those of the source while a target is built, those of the target in a compile for a patch."""
import json

from compiling import CompilingTest, main

ADD = "[v](int x) { return x + v; };"
SUBTRACT = "[v](int x) { return x - v; };"
TIMES = "[v](int x) { return x * v; };"
OTHER = "[v, w](int x) { return x + v + w; };"


class LambdaNumbers(CompilingTest):
    def function(self, *lambdas, head="int f", before=""):
        lines = "\n".join(f"    auto l{i} = {text}" for i, text in enumerate(lambdas))
        calls = " + ".join(f"run(l{i})" for i in range(len(lambdas)))
        return (f"{before}template <class F> __attribute__((noinline)) int run(F f) {{ return f(1); }}\n"
                f"{head}(int v, int w)\n{{\n{lines}\n    return {calls} + w;\n}}\nint g(int v, int w) {{ return f(v, w); }}\n")

    def lambdas(self, text, *flags):
        return self.analyse(text, "-O0", "-std=c++17", *flags, name="unit.cpp").get("lambdas", [])

    def renumbered(self, old, new):
        """The numbers in the new source, in its order, when the old one is the target's."""
        known = self.lambdas(old)
        self.write("lambdas.json", json.dumps(known))
        return self.lambdas(new, "-fplugin-arg-livepatch-lambdas=lambdas.json")

    def numbers(self, old, new):
        return [entry["number"] for entry in self.renumbered(self.function(*old), self.function(*new))]

    def test_a_target_has_them_in_the_order_of_the_source(self):
        self.assertEqual([(e["scope"], e["number"]) for e in self.lambdas(self.function(ADD, SUBTRACT))],
                         [("_Z1fii", 1), ("_Z1fii", 2)])

    def test_the_same_one_keeps_its_number(self):
        self.assertEqual(self.numbers([ADD, SUBTRACT], [TIMES, ADD, SUBTRACT]), [3, 1, 2])
        self.assertEqual(self.numbers([ADD, SUBTRACT], [SUBTRACT]), [2])

    def test_another_body_in_its_place_keeps_the_number(self):
        self.assertEqual(self.numbers([ADD, SUBTRACT], [ADD, TIMES]), [1, 2])

    def test_other_captures_make_another_one(self):
        entry, = self.renumbered(self.function(ADD), self.function(OTHER))
        self.assertEqual((entry["number"], entry["replaces"], entry.get("ambiguous")), (2, [1], None))

    def test_what_cannot_be_told_is_said(self):
        entries = self.renumbered(self.function(ADD), self.function(SUBTRACT, TIMES))
        self.assertEqual([(e["number"], e["replaces"], e["ambiguous"]) for e in entries],
                         [(2, [1], True), (3, [1], True)])

    def test_symbols_carry_the_numbers_and_stay_local(self):
        self.write("lambdas.json", json.dumps(self.lambdas(self.function(ADD))))
        unit = self.analyse(self.function(TIMES, ADD), "-O0", "-fplugin-arg-livepatch-lambdas=lambdas.json",
                            name="unit.cpp")
        calls = {f["name"]: f["linkage"] for f in unit["functions"] if f["name"].startswith("_ZZ1fii")}
        self.assertEqual(calls, {"_ZZ1fiiENKUliE_clEi": "internal", "_ZZ1fiiENKUliE0_clEi": "internal"})

    def test_inline_functions_keep_the_numbers_of_the_compiler(self):
        text = self.function(ADD, "[v](long x) { return int(x) + v; };", head="inline int f")
        unit = self.analyse(text, "-O0", name="unit.cpp")
        calls = {f["name"]: f["linkage"] for f in unit["functions"] if f["name"].startswith("_ZZ1fii")}
        self.assertEqual(calls, {"_ZZ1fiiENKUliE_clEi": "linkonce", "_ZZ1fiiENKUllE_clEl": "linkonce"})

    def test_functions_with_deduced_results_wait_for_the_number(self):
        text = self.function("[v](auto x) { return x + v; };", ADD,
                             before="template <class F> constexpr auto early(F f) { return f(2); }\n")
        text = text.replace("return run", "return early(l0) + early(l1) + run")
        names = [f["name"] for f in self.analyse(text, "-O0", "-std=c++17", name="unit.cpp")["functions"]]
        self.assertFalse([name for name in names if "$_" in name])

    def test_lines_and_comments_are_no_difference(self):
        moved = "[v](int x) {  /* sum */\n#line 99\n return x + v; };"
        self.assertEqual(self.numbers([ADD, SUBTRACT], [TIMES, moved, SUBTRACT]), [3, 1, 2])

    def test_what_is_no_list_is_refused(self):
        self.write("lambdas.json", '[{"scope": "f"}]')
        self.write("unit.cpp", self.function(ADD))
        done = self.compile("unit.cpp", "-fplugin-arg-livepatch-lambdas=lambdas.json", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("cannot read the lambdas", done.stderr)


if __name__ == "__main__":
    main()
