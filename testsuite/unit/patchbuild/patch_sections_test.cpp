#include "patchbuild/source/patch_sections.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

std::vector<PatchSection> sectionsOf(const std::string &patch) {
  auto sections = splitPatch(patch, "p");
  EXPECT_TRUE(sections.ok()) << sections.failure().text();
  return sections.ok() ? *sections : std::vector<PatchSection>();
}

TEST(PatchSections, ReadAPlainDiffWithTimesAndTextAround) {
  const auto sections = sectionsOf("Description: a fix\n--- old/a.c\t2020-01-01\n+++ new/a.c\t2020-01-02\n"
                                   "@@ -1 +1 @@\n-x\n+y\n--- old/b.c\n+++ new/b.c\n@@ -1 +1 @@\n-x\n+y\n");
  ASSERT_EQ(sections.size(), 2u);
  EXPECT_EQ(sections[0].oldName, "old/a.c");
  EXPECT_EQ(sections[1].newName, "new/b.c");
  EXPECT_EQ(sections[1].text, "--- old/b.c\n+++ new/b.c\n@@ -1 +1 @@\n-x\n+y\n");
}

TEST(PatchSections, ARemovedLineThatLooksLikeAHeaderIsNone) {
  const auto sections = sectionsOf("--- a\n+++ b\n@@ -1,2 +1,2 @@\n--- x\n+++ y\n c\n");
  ASSERT_EQ(sections.size(), 1u);
  EXPECT_EQ(sections[0].oldName, "a");
}

TEST(PatchSections, NewAndDeletedFilesHaveOneName) {
  const auto sections = sectionsOf("diff --git a/n.c b/n.c\nnew file mode 100644\n--- /dev/null\n+++ b/n.c\n"
                                   "@@ -0,0 +1 @@\n+x\n"
                                   "diff --git a/d.c b/d.c\ndeleted file mode 100644\n--- a/d.c\n+++ /dev/null\n"
                                   "@@ -1 +0,0 @@\n-x\n");
  ASSERT_EQ(sections.size(), 2u);
  EXPECT_FALSE(sections[0].oldName);
  EXPECT_EQ(sections[0].newName, "b/n.c");
  EXPECT_FALSE(sections[1].newName);
}

TEST(PatchSections, AnEmptyNewFileAndARenameHaveNoHunks) {
  const auto sections = sectionsOf("diff --git a/e.c b/e.c\nnew file mode 100644\nindex 0..e\n"
                                   "diff --git a/o.c b/n.c\nsimilarity index 100%\nrename from o.c\nrename to n.c\n");
  ASSERT_EQ(sections.size(), 2u);
  EXPECT_FALSE(sections[0].oldName);
  EXPECT_EQ(sections[0].newName, "b/e.c");
  EXPECT_EQ(sections[1].oldName, "a/o.c");
  EXPECT_EQ(sections[1].newName, "b/n.c");
}

TEST(PatchSections, NamesMayBeQuoted) {
  const auto sections = sectionsOf("--- \"a/\\303\\244 \\\"b.c\"\n+++ \"b/\\303\\244 \\\"b.c\"\n@@ -1 +1 @@\n-x\n+y\n");
  ASSERT_EQ(sections.size(), 1u);
  EXPECT_EQ(sections[0].oldName, "a/\303\244 \"b.c");
}

TEST(PatchSections, DamageNamesTheLine) {
  EXPECT_EQ(splitPatch("--- a\n+++ b\n@@ -1,9 +1,9 @@\n x\n", "p").failure().message,
            "p:3: this hunk has not as many lines as it announces; the patch is damaged");
  EXPECT_EQ(splitPatch("--- a\n+++ b\n@@ -x +y @@\n", "p").failure().message,
            "p:3: this line should begin a hunk (\"@@ -a,b +c,d @@\")");
  EXPECT_EQ(splitPatch("*** a\n--- b\n", "p").failure().message, "p:1: this is a context diff");
  EXPECT_EQ(splitPatch("hello\n", "p").failure().message, "p is not a patch: it has no hunk and names no file");
}

TEST(PatchSections, StripsComponentsAsPatchDoes) {
  EXPECT_EQ(stripComponents("a/src/x.c", 0), "a/src/x.c");
  EXPECT_EQ(stripComponents("a/src/x.c", 1), "src/x.c");
  EXPECT_EQ(stripComponents("a//src/x.c", 1), "src/x.c");
  EXPECT_EQ(stripComponents("x.c", 1), std::nullopt);
  EXPECT_EQ(stripComponents("a/", 1), std::nullopt);
}

} // namespace
} // namespace livepatch
