#!/usr/bin/env python3
"""The corpus' own decisions: which fixes words mean, what a patch changes, how a fix ends, what the page says; and that
the breakpoints see which functions run, and leave the process alone."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import types
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import fixlist  # noqa: E402
import load  # noqa: E402
import outcome  # noqa: E402
import package  # noqa: E402
import page  # noqa: E402
import recipe  # noqa: E402

PROGRAM = """
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
__attribute__((noinline)) int often(int x) { asm volatile(""); return x + 1; }
__attribute__((noinline)) int never(int x) { asm volatile(""); return x - 1; }
__attribute__((noinline)) int inThread(int x) { asm volatile(""); return x * 2; }
__attribute__((noinline)) int inFork(int x) { asm volatile(""); return x * 3; }
static void *work(void *x) { for (;;) inThread(1), usleep(1000); return x; }
int main(int argc, char **argv) {
  pthread_t thread;
  pthread_create(&thread, 0, work, 0);
  printf("%p %p %p %p\\n", often, never, inThread, inFork), fflush(stdout);
  for (int i = 0;; i++) {
    int c = getchar();
    if (c == EOF) return never(1);
    if (!fork()) return inFork(7) == 21 ? 0 : 1;
    printf("%d\\n", often(c)), fflush(stdout);
  }
}
"""


def fix(**more):
    base = dict(
        id="redis:one",
        package="redis",
        version="1",
        patch="one.patch",
        language="C",
        difficulty=1,
        kinds=("body",),
        cve=("CVE-2025-1",),
    )
    return fixlist.Fix(**(base | more))


def patched(**more):
    return {
        "outcome": "patched",
        "ran": [],
        "answers-changed": False,
        "requests": 5,
        "stop-us": 0,
        "functions": ["f"],
        "create-processor-s": 0.5,
        "patch-bytes": 2048,
    } | more


class FixList(unittest.TestCase):
    def test_every_fix_is_known_once_and_by_a_difficulty(self):
        fixes = fixlist.allFixes()
        self.assertEqual(len({one.id for one in fixes}), len(fixes))
        self.assertEqual({one.difficulty for one in fixes}, {1, 2, 3, 4})

    def test_words_mean_packages_fixes_and_cves(self):
        fixes = [fix(), fix(id="redis:two", cve=()), fix(id="nginx:three", package="nginx", cve=("CVE-2025-2",))]
        self.assertEqual([one.name for one in fixlist.chosen(fixes, ["redis"])[0]], ["one", "two"])
        self.assertEqual([one.name for one in fixlist.chosen(fixes, ["two", "CVE-2025-2"])[0]], ["two", "three"])
        self.assertEqual(fixlist.chosen(fixes, [])[0], fixes)
        self.assertEqual(fixlist.chosen(fixes, ["redis", "nonsense"])[1], ["nonsense"])

    def test_changed_files(self):
        text = "--- a/src/x.c\t2024\n+++ b/src/x.c\n@@\n--- /dev/null\n+++ b/new.h\n@@\n--- a/old.h\n+++ /dev/null\n"
        self.assertEqual(fixlist.changedFiles(text), ["src/x.c", "new.h", "old.h"])

    def test_every_recipe_is_for_a_package_and_its_special_cases_for_fixes(self):
        fixes = fixlist.allFixes()
        names = {one.package for one in fixes}
        known = {name.replace("-", "_").replace(".", "_"): name for name in names}
        for path in sorted((HERE / "recipes").glob("*.py")):
            self.assertIn(path.stem, known)
            made = package.recipeOf(known[path.stem])
            mine = {one.name for one in fixes if one.package == known[path.stem]}
            self.assertLessEqual({*made.probes, *made.leftOut}, mine)


class Targets(unittest.TestCase):
    def test_the_first_that_holds_a_file_is_enough_but_it_may_leave_it_to_another(self):
        targets = [recipe.Target("a", leaves=("x.c",)), recipe.Target("b"), recipe.Target("c")]
        one = package.Package("p", "1", recipe.Recipe(tuple(targets), build=":"), None, pathlib.Path(), None, 1)
        one.filesOf = {target: {"x.c", "y.c"} for target in targets}

        def concerned(*names):
            text = "".join(f"--- a/{name}\n+++ b/{name}\n@@\n" for name in names)
            return [target.artefact for target in one.concerned(fix(), text)]

        self.assertEqual(concerned("y.c"), ["a"])
        self.assertEqual(concerned("x.c"), ["b"])
        self.assertEqual(concerned("x.c", "y.c"), ["a", "b"])
        self.assertEqual(concerned("z.c"), [])

    def test_without_a_fix_of_a_header_whatever_includes_it_is_built_again(self):
        patch = "--- a/x.h\n+++ b/x.h\n@@ -1 +1 @@\n-int x;\n+long x;\n"
        with tempfile.TemporaryDirectory() as folder:
            tools = types.SimpleNamespace(clang="cc", clangxx="c++")
            one = package.Package("p", "1", recipe.Recipe((), build=":"), None, pathlib.Path(folder), tools, 1)
            for tree in (one.tree, one.shipped):
                (tree / "debian" / "patches").mkdir(parents=True)
                (tree / "debian" / "patches" / "one.patch").write_text(patch)
                for name, text in (("x.h", "long x;\n"), ("a.c", '#include "x.h"\n'), ("b.c", "int b;\n")):
                    (tree / name).write_text(text)
                    os.utime(tree / name, (1, 1))
            one.unitsOf = [(one.tree / "a.c", {"a.c", "x.h"}), (one.tree / "b.c", {"b.c"})]
            one.takeOut(fix(), one.work / "log")
            self.assertEqual((one.tree / "x.h").read_text(), "int x;\n")
            self.assertGreater((one.tree / "a.c").stat().st_mtime, 1)
            self.assertEqual((one.tree / "b.c").stat().st_mtime, 1)
            one.putBack()
            self.assertEqual((one.tree / "a.c").stat().st_mtime, 1)


class Outcome(unittest.TestCase):
    def test_one_bad_file_decides_and_one_patched_is_enough(self):
        parts = [{"outcome": outcome.NONE}, patched(), {"outcome": outcome.REFUSED}, {"outcome": outcome.FAILED}]
        self.assertEqual(outcome.together(parts), outcome.FAILED)
        self.assertEqual(outcome.together(parts[:3]), outcome.REFUSED)
        self.assertEqual(outcome.together(parts[:2]), outcome.PATCHED)
        self.assertEqual(outcome.together(parts[:1]), outcome.NONE)
        self.assertEqual(outcome.together([]), outcome.NOT_BUILT)

    def test_the_strongest_way_of_seeing_counts(self):
        self.assertEqual(outcome.strongest([patched()]), "applied")
        self.assertFalse(outcome.verified(patched()))
        self.assertEqual(outcome.strongest([patched(), patched(ran=["f"])]), "ran")
        self.assertEqual(outcome.strongest([patched(ran=["f"]), patched(**{"answers-changed": True})]), "answers")
        self.assertEqual(outcome.verification(patched(probe={"before": "open"})), "vulnerability")

    def test_a_probe_has_to_see_the_vulnerability_before_it_is_gone(self):
        probe = recipe.Probe(None, "open", "closed")
        self.assertTrue(outcome.isShown(probe, {"before": "open", "patched": "closed"}))
        self.assertTrue(outcome.isShown(probe, {"before": "open", "patched": "closed", "reverted": "open"}))
        self.assertFalse(outcome.isShown(probe, {"before": "closed", "patched": "closed"}))
        self.assertFalse(outcome.isShown(probe, {"before": "open", "patched": "open"}))
        self.assertFalse(outcome.isShown(probe, {"before": "open", "patched": "closed", "reverted": "closed"}))

    def test_a_report_without_a_comparison_proves_nothing(self):
        self.assertFalse(outcome.fromReport({})["proved"])
        self.assertTrue(outcome.fromReport({"fresh": {"differences": []}})["proved"])
        self.assertFalse(outcome.fromReport({"fresh": {"differences": [{"name": "f"}]}})["proved"])

    def test_the_longest_stop_of_all_reports(self):
        reports = [
            {"processes": [{"stops": {"longest-of-running-us": n, "longest-borrowing-us": 10 * n}}]} for n in (3, 5)
        ]
        self.assertEqual(outcome.stopsOf(reports), {"stop-us": 5, "borrowed-us": 50})


class Answers(unittest.TestCase):
    def test_what_depends_on_chance_is_not_compared(self):
        rounds = [{"a": 1, "b": 2}, {"a": 1, "b": 3}]
        self.assertEqual(load.steady(rounds), {"a"})
        self.assertEqual(load.differences(rounds[0], rounds[1], {"a"}), [])
        self.assertEqual(len(load.differences(rounds[0], rounds[1], {"a", "b"})), 1)


class Asked:
    """A service that answers so many times and then fails."""

    def __init__(self, times):
        self.left = times

    def answers(self):
        if not self.left:
            raise IndexError("no answer")
        self.left -= 1
        return {"q": "a"}


class UnderLoad(unittest.TestCase):
    def test_a_round_lies_behind_the_call(self):
        with load.Load(Asked(10**9)) as work:
            first = work.round()
            self.assertEqual((first, work.failed), ({"q": "a"}, []))
            before = work.rounds
            work.round()
            self.assertGreaterEqual(work.rounds, before + 2)

    def test_a_failed_request_is_told(self):
        with self.assertRaisesRegex(load.LoadError, "IndexError: no answer"):
            with load.Load(Asked(3)) as work:
                for _ in range(9):
                    work.round()
        self.assertEqual(len(work.failed), 1)

    def test_a_request_that_failed_at_the_very_end_is_told_too(self):
        with self.assertRaisesRegex(load.LoadError, "IndexError: no answer"):
            with load.Load(Asked(3)) as work:
                work.thread.join()


class Page(unittest.TestCase):
    def test_every_outcome_is_counted_in_its_column(self):
        fixes = [fix(), fix(id="redis:two", difficulty=4, kinds=("layout", "body"))]
        build = {"configure-processor-s": 1.0, "build-processor-s": 2.0}
        results = [
            {
                "id": "redis:one",
                "outcome": "patched",
                "how": "ran",
                "parts": [patched(ran=["f"])],
                "package-build": build,
            },
            {
                "id": "redis:two",
                "outcome": "refused",
                "package-build": build,
                "parts": [{"outcome": "refused", "refusals": ["layout: struct s (s.h:1)"]}],
            },
        ]
        text = page.page(fixes, results)
        self.assertIn("| redis | C | 2 | 1 | 1 | 0 | 1 | 0 | 0 | 3.0 s | 0.5 s | 2.0 KiB | 5 |", text)
        self.assertIn("| body | 2 | 1 | 1 | 0 | 1 | 0 | 0 |", text)
        self.assertIn("| 4 | 1 | 0 | 0 | 0 | 1 | 0 | 0 |", text)
        self.assertIn("layout: struct s (s.h:1). **open**", text)
        self.assertIn("1 are patched (100 %), 1 of them seen", text)
        self.assertNotIn("Not tried yet", text)
        self.assertIn("Not tried yet, though there is a recipe: redis (1).", page.page(fixes, results[:1], {"redis"}))

    def test_a_failure_is_told_without_the_place_of_the_work_folder(self):
        result = {"id": "redis:one", "outcome": "failed", "why": "no /work/here/packages/redis/x.c", "parts": []}
        text = page.page([fix()], [result], work=pathlib.Path("/work/here"))
        self.assertIn("- `redis:one`: no packages/redis/x.c\n", text)
        self.assertNotIn("/work/here", text)

    def test_what_was_not_seen_to_run_is_listed_with_the_reason(self):
        results = [
            {"id": name, "outcome": "patched", "parts": [patched(**more)]}
            for name, more in (("redis:one", {}), ("redis:two", {"ran": ["f"]}))
        ]
        self.assertEqual(
            page.unseen(results, {"redis:one": {"why": "only at the start"}}), "- `redis:one`: only at the start\n"
        )
        self.assertIn("does not reach it yet", page.unseen(results, {}))
        self.assertEqual(page.unseen(results[1:], {}), "None.\n")

    def test_verdicts_are_about_fixes(self):
        ids = {one.id for one in fixlist.allFixes()}
        verdicts = page.json.loads((HERE / "verdicts.json").read_text())
        self.assertLessEqual(set(verdicts), ids)


class Breakpoints(unittest.TestCase):
    def test_functions_that_run_are_seen_and_the_process_goes_on(self):
        compiler = next((found for name in ("cc", "gcc", "clang-14") if (found := shutil.which(name))), None)
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder) / "program"
            subprocess.run(
                [compiler, "-x", "c", "-O1", "-o", str(program), "-", "-lpthread"], input=PROGRAM, text=True, check=True
            )
            with subprocess.Popen(
                [str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=0
            ) as process:
                addresses = [re.sub("^0x", "", word) for word in process.stdout.readline().split()]
                with subprocess.Popen(
                    [sys.executable, "-B", str(HERE / "hits.py"), str(process.pid), *addresses],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                ) as tracer:
                    self.assertEqual(tracer.stdout.readline(), "ready\n")
                    for _ in range(20):
                        process.stdin.write("a")
                        self.assertEqual(process.stdout.readline(), "98\n")
                    tracer.stdin.close()
                    hits = set(tracer.stdout.read().split())
                    tracer.wait()
                self.assertEqual(tracer.returncode, 0)
                self.assertEqual(hits, {addresses[0], addresses[2], addresses[3]})
                process.stdin.write("a")
                self.assertEqual(process.stdout.readline(), "98\n")
                process.kill()


if __name__ == "__main__":
    unittest.main()
