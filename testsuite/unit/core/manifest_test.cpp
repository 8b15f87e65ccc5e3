#include "runtime/core/manifest.h"

#include "testsuite/unit/core/damage.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

Manifest sample() {
  Manifest manifest;
  manifest.name = "cve-2024-51741";
  manifest.targets = {{"redis-server", "00ff", "x86_64"}, {"libx.so.1", "0102", "x86_64"}};
  manifest.files = {{"fix.so", std::string(64, 'a')}, {"fix.cmd", std::string(64, '0')}};
  manifest.redirects = {{"g", "g.lp", 1, {4096}, 45, {PaddingKind::EndbrNop5, 8}, {"body"}, "src/g.c:8", true},
                        {"f", "f.lp", 0, {123}, 16, {PaddingKind::Nop5, 0}, {"inlined-callee h"}, ""}};
  manifest.data = {{ManifestDataCommand::Pointer, "p", 0, {64}, 8, "initialiser changed", "src/p.c:1"}};
  manifest.symbols = {{"src/acl.c:foo", 0, {9}, ManifestSymbolKind::Function}, {"t", 1, {0}, ManifestSymbolKind::Tls}};
  manifest.functions = {{"f", FunctionAction::Redirected, {"body"}, "src/f.c:1"}, {"n", FunctionAction::New, {}, ""}};
  manifest.warnings = {{"init-only", "main runs once"}};
  manifest.compiler = "clang 14.0.6";
  manifest.oldRevision = "abc";
  manifest.newRevision = "def";
  manifest.parents = {{"earlier", std::string(64, 'a')}};
  return manifest;
}

std::string replaced(std::string text, const std::string &from, const std::string &to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(Manifest, IsTheSameAfterPrintingAndReading) {
  const std::string text = printManifest(sample());
  const auto manifest = parseManifest(text, "fix.json");
  ASSERT_TRUE(manifest) << manifest.failure().text();
  EXPECT_EQ(manifest->name, "cve-2024-51741");
  EXPECT_EQ(manifest->targets[1].name, "libx.so.1");
  EXPECT_EQ(manifest->redirects[0].target, "f"); // sorted
  EXPECT_FALSE(manifest->redirects[0].neverReturns);
  EXPECT_TRUE(manifest->redirects[1].neverReturns);
  EXPECT_EQ(manifest->redirects[1].padding.kind, PaddingKind::EndbrNop5);
  EXPECT_EQ(manifest->data[0].command, ManifestDataCommand::Pointer);
  EXPECT_EQ(manifest->symbols[1].kind, ManifestSymbolKind::Tls);
  EXPECT_EQ(manifest->functions[0].action, FunctionAction::Redirected);
  EXPECT_EQ(manifest->newRevision, "def");
  EXPECT_EQ(printManifest(*manifest), text);
}

TEST(Manifest, DoesNotDependOnTheOrderInWhichItWasFilled) {
  Manifest shuffled = sample();
  std::swap(shuffled.redirects[0], shuffled.redirects[1]);
  std::swap(shuffled.symbols[0], shuffled.symbols[1]);
  std::swap(shuffled.functions[0], shuffled.functions[1]);
  EXPECT_EQ(printManifest(shuffled), printManifest(sample()));
}

TEST(Manifest, RefusesALaterVersion) {
  const auto later =
      parseManifest(replaced(printManifest(sample()), "\"livepatch-patch\": 1", "\"livepatch-patch\": 2"), "m");
  ASSERT_FALSE(later);
  EXPECT_EQ(later.failure().message, "m: livepatch-patch is 2, this program reads 1");
}

TEST(Manifest, RefusesWhatWouldLeadElsewhere) {
  const std::string text = printManifest(sample());
  EXPECT_FALSE(parseManifest(replaced(text, "\"object\": 1", "\"object\": 3"), "m")); // no such target or parent
  EXPECT_FALSE(parseManifest(replaced(text, "fix.so", "../fix.so"), "m"));            // another folder
  EXPECT_FALSE(parseManifest(replaced(text, "cve-2024-51741", "../../etc/passwd"), "m"));
  EXPECT_FALSE(parseManifest(replaced(text, "\"offset\": 8", "\"offset\": 800"), "m"));
  EXPECT_FALSE(parseManifest(replaced(text, "00ff", "00fg"), "m"));
  EXPECT_FALSE(parseManifest("[]", "m"));
  EXPECT_FALSE(parseManifest("", "m"));
}

TEST(Manifest, PatchNamesAreFileNames) {
  EXPECT_TRUE(isPatchName("fix_1.2+a-b"));
  for (const char *bad : {"", ".", ".hidden", "-option", "a/b", "a b", "ä"})
    EXPECT_FALSE(isPatchName(bad)) << bad;
  EXPECT_TRUE(isPatchName(std::string(119, 'x')));
  EXPECT_FALSE(isPatchName(std::string(120, 'x')));
}

TEST(Manifest, SurvivesDamage) {
  forEachDamage(printManifest(sample()), [](const std::string &damaged) { (void)parseManifest(damaged, "damaged"); });
}

} // namespace
} // namespace livepatch
