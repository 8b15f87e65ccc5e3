"""The bytes at the entries of functions, in the linked file."""
import unittest

from compiling import LLVM, CompilingTest, main

NOP5 = bytes.fromhex("0f1f440008")
ENDBR64 = bytes.fromhex("f30f1efa")
NOP4 = bytes.fromhex("0f1f4000")

PROGRAM = """
__attribute__((naked)) void bare(void) { __asm__("ret"); }
static int __attribute__((noinline)) local(int x) { return x * 3; }
__attribute__((minsize)) int small(int x) { return x; }
int main(int argc, char **argv) { bare(); return local(argc) + small(3) - argc * 3 - 3; }
"""


class Padding(CompilingTest):
    def entries(self, *flags, source=PROGRAM, name="unit.c"):
        self.write(name, source)
        linked = self.link(name, *flags)
        for function in linked.units[0]["functions"]:
            if function.get("address"):
                yield function, linked.elf.bytes_at(function["address"], 24)

    def check_nop_is_where_the_map_says(self, *flags):
        seen = 0
        for function, code in self.entries(*flags):
            padding = function["padding"]
            if padding["kind"] == "none":
                continue
            seen += 1
            at = padding["offset"]
            self.assertEqual(code[at:at + 5], NOP5, function["name"])
            self.assertEqual(function["address"] % 16, 0, function["name"])
            self.assertLessEqual(at % 8 + 5, 8, "the NOP crosses a word")
        self.assertGreaterEqual(seen, 2)

    def test_every_level_has_the_five_byte_nop_at_the_entry(self):
        for level in ("-O0", "-O1", "-O2", "-O3", "-Os", "-Oz"):
            with self.subTest(level):
                self.check_nop_is_where_the_map_says(level)
                for function, code in self.entries(level):
                    if function["name"] == "main":
                        self.assertEqual(code[:5], NOP5)

    def test_position_independent_and_fixed_programs(self):
        for flags in (("-fPIE", "-pie"), ("-fno-pic", "-no-pie"), ("-ffunction-sections", "-Wl,--gc-sections")):
            with self.subTest(flags):
                self.check_nop_is_where_the_map_says("-O2", *flags)

    def test_branch_protection_keeps_an_endbr64_first(self):
        for function, code in self.entries("-O2", "-fcf-protection=full"):
            if function["name"] == "main":
                self.assertEqual(function["padding"], {"kind": "endbr-nop5", "offset": 8})
                self.assertEqual(code[:13], ENDBR64 + NOP4 + NOP5)
        self.check_nop_is_where_the_map_says("-O2", "-fcf-protection=full")

    def test_naked_functions_stay_naked(self):
        for function, code in self.entries("-O2"):
            if function["name"] == "bare":
                self.assertEqual(function["padding"], {"kind": "none"})
                self.assertIn("naked", function["traits"])
                self.assertEqual(code[0], 0xC3)

    def test_padding_off(self):
        for function, code in self.entries("-O2", "-fplugin-arg-livepatch-padding=off"):
            self.assertEqual(function["padding"], {"kind": "none"}, function["name"])
            self.assertNotEqual(code[:5], NOP5)

    @unittest.skipIf(int(LLVM) >= 17, "only before 17 the sanitizer's signature is prologue data")
    def test_behind_the_signature_of_the_function_sanitizer(self):
        text = "int f(int x) { return x; }\nint main(int c, char **v) { int (*p)(int) = c > 9 ? 0 : f; return p(c) - c; }"
        for function, code in self.entries("-O1", "-fsanitize=function", source=text, name="unit.cpp"):
            if function["name"] == "_Z1fi":
                self.assertEqual(code[:2], b"\xeb\x06")
                self.assertEqual(function["padding"], {"kind": "nop5", "offset": 8})
                self.assertEqual(code[8:13], NOP5)

    def test_the_program_runs(self):
        self.write("unit.c", PROGRAM)
        self.link("unit.c", "-O2", "-fcf-protection=full")
        from compiling import run
        run(["./program"], self.folder)


if __name__ == "__main__":
    main()
