"""Which functions a change of the source makes different, and which it does not."""
from compiling import CompilingTest, main

LEVELS = ("-O0", "-O1", "-O2", "-O3", "-Os")


def prints(analysis, which):
    return {f["name"]: f[which] for f in analysis["functions"] if which in f}


class Fingerprints(CompilingTest):
    def changed(self, old, new, *flags, which="late", name="unit.c"):
        before = prints(self.analyse(old, *flags, name=name), which)
        after = prints(self.analyse(new, *flags, name=name), which)
        return {f for f in before.keys() | after.keys() if before.get(f) != after.get(f)}

    def assert_changed(self, old, new, expected, *flags, **options):
        self.assertEqual(self.changed(old, new, *flags, **options), set(expected), flags)

    def at_all_levels(self, old, new, expected, **options):
        for level in LEVELS:
            with self.subTest(level):
                self.assert_changed(old, new, expected, level, **options)

    # --- blind to

    def test_comments_and_names_are_no_change(self):
        self.at_all_levels("int f(int a) { int b = a + 1; return b * 2; }",
                           "/* */\n\nint f(int x) {\n // c\n int y = x + 1; return y * 2; }", [])

    def test_debug_information_is_no_change(self):
        text = "struct s { int a; }; int f(struct s *p) { int b = p->a; return b + 3; }"
        without = prints(self.analyse(text, "-O2"), "late")
        self.assertEqual(without, prints(self.analyse(text, "-O2", "-g3"), "late"))

    def test_linkage_and_position_independence_are_no_change(self):
        text = "int g; static __attribute__((noinline)) int h(int x) { return x + g; } int f(int x) { return h(x) + 1; }"
        for level in LEVELS:
            with self.subTest(level):
                pie = prints(self.analyse(text, level, "-fPIE"), "late")
                self.assertEqual(pie, prints(self.analyse(text, level, "-fno-pic"), "late"))
                hidden = prints(self.analyse(text, level, "-fPIE", "-fvisibility=hidden"), "late")
                self.assertEqual(pie, hidden)

    def test_numbering_of_strings_and_static_locals_is_no_change(self):
        tail = """
            int puts(const char *);
            int f(void) { static int n; puts("f"); return ++n; }
            int g(int x) { { static int n; n += x; } { static int n = 3; n *= x; return n; } }
        """
        head = 'int puts(const char *); int e(void) { static int n; puts("e"); puts("again"); return ++n; }'
        self.at_all_levels(tail, head + tail, ["e"])

    def test_numbering_of_lambdas_is_no_change(self):
        tail = """
            int f(int x) { auto l = [&](int y) { return x + y; }; return l(1) * l(2); }
            int g(int x) { auto l = [&](int y) { return x - y; }; return l(1) * l(2); }
        """
        head = "int e(int x) { auto l = [&](int y) { return x * y; }; return l(4) + l(5); }"
        for level in LEVELS:
            with self.subTest(level):
                before = self.changed(tail, head + tail, level, name="unit.cpp")
                self.assertFalse({"_Z1fi", "_Z1gi"} & before)

    def test_padding_and_pins_are_no_change(self):
        text = "static int n; int f(void) { return ++n; }"
        for which in ("late", "early"):
            padded = prints(self.analyse(text, "-O2"), which)
            plain = prints(self.analyse(text, "-O2", "-fplugin-arg-livepatch-padding=off"), which)
            self.assertEqual(padded, plain)

    def test_a_renamed_recursive_function_is_the_same(self):
        old = prints(self.analyse("int f(int x) { return x ? x * f(x - 2) + 1 : 1; }", "-O1"), "late")
        new = prints(self.analyse("int h(int x) { return x ? x * h(x - 2) + 1 : 1; }", "-O1"), "late")
        self.assertEqual(old["f"], new["h"])

    def test_a_changed_callee_leaves_its_callers_alone(self):
        text = """
            int puts(const char *); extern int e;
            __attribute__((noinline)) int h(int x) { %s return x + e; }
            int f(int x) { return h(x) + 1; }
            int g(int x) { return f(x) + 1 + h(2); }
        """
        self.assert_changed(text % "", text % 'puts("h");', ["h"], "-O2", "-fno-inline")
        # Only `early` says what is left when the function itself has no code any more.
        self.assert_changed(text % "", text % 'puts("h");', ["h"], "-O2", which="early")

    # --- not blind to

    def test_body_string_and_constant(self):
        text = """
            int puts(const char *); int printf(const char *, ...);
            static const int table[] = { 1, %s, 3 };
            int f(int x) { return x + %s; }
            int g(void) { return puts("%s"); }
            int h(int x) { return table[x]; }
            double d(double x) { return x * %s; }
        """
        old = text % ("2", "1", "hello", "1.5")
        for level in LEVELS:
            with self.subTest(level):
                self.assert_changed(old, text % ("2", "7", "hello", "1.5"), ["f"], level)
                self.assert_changed(old, text % ("2", "1", "world", "1.5"), ["g"], level)
                self.assert_changed(old, text % ("9", "1", "hello", "1.5"), ["h"], level)
                self.assert_changed(old, text % ("2", "1", "hello", "2.5"), ["d"], level)

    def test_constants_count_through_pointers(self):
        text = """
            struct row { const char *name; const int *values; };
            static const int values[] = { 1, %s };
            const struct row rows[] = { { "%s", values } };
            const struct row *const top = rows;
            extern const struct row *volatile sink;
            void f(int x) { sink = &top[x]; }
        """
        old = text % ("2", "a")
        self.at_all_levels(old, text % ("3", "a"), ["f"])
        self.at_all_levels(old, text % ("2", "b"), ["f"])

    def test_constants_in_a_ring_have_fingerprints(self):
        text = """
            struct node { const struct node *next; int value; };
            extern const struct node a; extern const struct node b;
            const struct node a = { &b, %s }; const struct node b = { &a, 2 };
            const struct node *f(void) { return &b; }
        """
        self.at_all_levels(text % "1", text % "5", ["f"])

    def test_a_fix_in_an_inlined_function_reports_its_callers(self):
        text = """
            extern int e;
            static inline int helper(int x) { return x %s e; }
            int a(int x) { return helper(x); }
            int b(int x) { return helper(x) * 2; }
            int c(int x) { return a(x) + 3; }
            int other(int x) { return x * e; }
        """
        for level in ("-O1", "-O2", "-O3", "-Os"):
            with self.subTest(level):
                self.assert_changed(text % "+", text % "-", ["a", "b", "c"], level)
        self.assert_changed(text % "+", text % "-", ["helper"], "-O0")

    def test_what_only_instruction_flags_and_attributes_tell(self):
        cases = [
            ("volatile", "int f(int *p) { return *p + *p; }", "int f(volatile int *p) { return *p + *p; }"),
            ("atomic order", "#include <stdatomic.h>\nvoid f(_Atomic int *p) { atomic_store_explicit(p, 1, memory_order_relaxed); }",
             "#include <stdatomic.h>\nvoid f(_Atomic int *p) { atomic_store_explicit(p, 1, memory_order_release); }"),
            ("signedness", "int f(unsigned a, unsigned b) { return a / b; }", "int f(int a, int b) { return a / b; }"),
            ("alignment", "typedef int t; int f(t *p) { return *p; }",
             "typedef int t __attribute__((aligned(1))); int f(t *p) { return *p; }"),
            ("section", "int f(void) { return 1; }", '__attribute__((section("x"))) int f(void) { return 1; }'),
            ("target", "int f(unsigned x) { return __builtin_popcount(x); }",
             '__attribute__((target("popcnt"))) int f(unsigned x) { return __builtin_popcount(x); }'),
            ("asm text", 'void f(void) { __asm__ volatile("nop"); }', 'void f(void) { __asm__ volatile("nop; nop"); }'),
            ("asm clobber", 'void f(void) { __asm__ volatile("nop"); }', 'void f(void) { __asm__ volatile("nop" ::: "rbx"); }'),
            ("field offset", "struct s { int a, b; }; int f(struct s *p) { return p->a; }",
             "struct s { int a, b; }; int f(struct s *p) { return p->b; }"),
            ("callee", "int g(int); int h(int); int f(int x) { return g(x); }",
             "int g(int); int h(int); int f(int x) { return h(x); }"),
            ("variable", "extern int a, b; int f(void) { return a; }", "extern int a, b; int f(void) { return b; }"),
            ("thread-local", "extern int a; int f(void) { return a; }", "extern __thread int a; int f(void) { return a; }"),
            ("weak", "extern int g(void); int f(void) { return &g != 0; }",
             "extern int g(void) __attribute__((weak)); int f(void) { return &g != 0; }"),
            ("calling convention", "void g(void); void f(void) { g(); }",
             "void __attribute__((preserve_all)) g(void); void f(void) { g(); }"),
            ("stack protector", "void g(char *); __attribute__((no_stack_protector)) void f(void) { char b[64]; g(b); }",
             "void g(char *); void f(void) { char b[64]; g(b); }"),
        ]
        for what, old, new in cases:
            for level in ("-O0", "-O2"):
                with self.subTest(what, level=level):
                    self.assert_changed(old, new, ["f"], level, "-fstack-protector-strong")

    def test_floating_point_flags(self):
        text = "double f(double a, double b) { return a * b + a; }"
        slow = prints(self.analyse(text, "-O2"), "late")
        self.assertNotEqual(slow, prints(self.analyse(text, "-O2", "-ffast-math"), "late"))

    def test_statics_of_one_name_are_told_apart(self):
        text = """
            int f(int x) {
                int *p, *q;
                { static int n; p = &n; } { static int n = 4; q = &n; }
                return (*%s)++ + x;
            }
        """
        self.at_all_levels(text % "p", text % "q", ["f"])

    def test_two_lambdas_changing_places(self):
        text = """
            template <class F> __attribute__((noinline)) int run(F f, int x) { return f(x); }
            int f(int x) { %s return run(a, x) * 10 + run(b, x); }
        """
        one, two = "[](int y) { return y + 1; };", "[](int y) { return y - 1; };"
        old = text % f"auto a = {one} auto b = {two}"
        new = text % f"auto a = {two} auto b = {one}"
        for level in LEVELS:
            with self.subTest(level):
                self.assertTrue(self.changed(old, new, level, name="unit.cpp"))

    def test_computed_goto(self):
        text = """
            int f(int x) {
                static const void *const labels[] = { &&%s };
                goto *labels[x]; a: return 1; b: return 2; c: return x;
            }
        """
        self.at_all_levels(text % "a, &&b, &&c", text % "b, &&a, &&c", ["f"])

    def test_the_same_compile_twice(self):
        text = 'int puts(const char *); static int n; int f(int x) { static int m; puts("a"); return x + n++ + m++; }'
        for level in LEVELS:
            self.assertEqual(self.analyse(text, level), self.analyse(text, level))


if __name__ == "__main__":
    main()
