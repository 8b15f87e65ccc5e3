// readChange() over small trees in a temporary folder: the three ways to say what changed, and what goes wrong.
#include "patchbuild/compile/program.h"
#include "patchbuild/compile/concerned_units.h"
#include "patchbuild/compile/recompile.h"
#include "patchbuild/source/change.h"
#include "patchbuild/source/file_text.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace livepatch {
namespace {

namespace fs = std::filesystem;

class SourceChangeTest : public testing::Test {
protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "change-test-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = fs::canonical(pattern).string();
    fs::create_directory(scratch());
    write("base/src/a.c", "int a;\n");
    write("base/src/b.c", "int b;\n");
    write("base/include/h.h", "#define H 1\n");
    map_.units = {unit("src/a.c"), unit("src/b.c")};
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string &name) const { return folder_ + "/" + name; }
  std::string scratch() const { return path("scratch"); }
  void write(const std::string &name, const std::string &text) const {
    ASSERT_TRUE(writeFileText(path(name), text).ok());
  }
  MapUnit unit(const std::string &source) const {
    MapUnit result;
    result.source = source;
    result.directory = path("base");
    result.command = {"-cc1"}; // one without is of an earlier patch
    result.files = {source, "include/h.h"};
    return result;
  }
  void git(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"git", "-C", path("base"), "-c", "user.name=n", "-c", "user.email=e@x"});
    const auto outcome = runProgram({arguments, {}, {}});
    ASSERT_TRUE(outcome.ok() && outcome->succeeded()) << outcome->errors;
  }
  Result<SourceChange> patched(const std::string &text) const {
    write("x.patch", text);
    return readChange(map_, {.patchFiles = {path("x.patch")}}, scratch());
  }

  std::string folder_;
  Map map_;
};

const char patchOfA[] = "--- a/src/a.c\n+++ b/src/a.c\n@@ -1 +1 @@\n-int a;\n+int a = 1;\n";

TEST_F(SourceChangeTest, APatchChangesCopiesAndNeverTheTree) {
  const auto change = patched(patchOfA);
  ASSERT_TRUE(change.ok()) << change.failure().text();
  ASSERT_EQ(change->changed.size(), 1u);
  EXPECT_EQ(change->changed[0].path, path("base/src/a.c"));
  EXPECT_EQ(change->changed[0].relativePath, "a.c"); // the root is the folder of the sources
  EXPECT_EQ(change->changed[0].newText, "int a = 1;\n");
  EXPECT_EQ(*readFileText(path("base/src/a.c")), "int a;\n");
  EXPECT_EQ(concernedUnits(map_, *change, baseTreeOf(map_, *change)), (std::set<std::size_t>{0}));
}

TEST_F(SourceChangeTest, APatchMayNameFilesWithAnyDepthOfPrefix) {
  for (const char *prefix : {"", "p/", "p/src/", "p/q/src/"}) {
    const std::string name = std::string(prefix) + "a.c";
    const auto change = patched("--- " + name + "\n+++ " + name + "\n@@ -1 +1 @@\n-int a;\n+int a = 1;\n");
    ASSERT_TRUE(change.ok()) << name << ": " << change.failure().text();
    EXPECT_EQ(change->changed.at(0).path, path("base/src/a.c")) << name;
  }
}

// As in fixes that bring tests with them, for folders that the shipped sources do not have: with three components taken
// away each of those would fit, but the file to be changed would not.
TEST_F(SourceChangeTest, NewFilesDoNotDecideHowDeepThePrefixIs) {
  std::string text = patchOfA;
  for (const char *name : {"result/x/1", "result/x/2", "result/x/3"})
    text += std::string("--- /dev/null\n+++ b/") + name + "\n@@ -0,0 +1 @@\n+text\n";
  const auto change = patched(text);
  ASSERT_TRUE(change.ok()) << change.failure().text();
  ASSERT_EQ(change->changed.size(), 1u);
  EXPECT_EQ(change->changed[0].newText, "int a = 1;\n");
}

TEST_F(SourceChangeTest, APatchOfAHeaderBesideTheSourcesConcernsItsReaders) {
  const auto change = patched("--- a/include/h.h\n+++ b/include/h.h\n@@ -1 +1 @@\n-#define H 1\n+#define H 2\n");
  ASSERT_TRUE(change.ok()) << change.failure().text();
  EXPECT_EQ(change->changed.at(0).relativePath, "../include/h.h");
  EXPECT_EQ(concernedUnits(map_, *change, baseTreeOf(map_, *change)).size(), 2u);
}

TEST_F(SourceChangeTest, APatchMayAddAndRemoveFiles) {
  const auto change = patched("--- /dev/null\n+++ b/src/n.c\n@@ -0,0 +1 @@\n+int n;\n"
                              "--- a/src/b.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-int b;\n");
  ASSERT_TRUE(change.ok()) << change.failure().text();
  ASSERT_EQ(change->changed.size(), 2u);
  EXPECT_TRUE(change->changed[0].removed());
  EXPECT_TRUE(change->changed[1].added());
  EXPECT_EQ(change->changed[1].newText, "int n;\n");
}

TEST_F(SourceChangeTest, APatchThatDoesNotFitNamesFileAndHunk) {
  const auto change = patched("--- a/src/a.c\n+++ b/src/a.c\n@@ -1 +1 @@\n-int z;\n+int a = 1;\n");
  ASSERT_FALSE(change.ok());
  EXPECT_EQ(change.failure().fault, Fault::Mismatch);
  EXPECT_NE(change.failure().message.find("a.c: Hunk #1 FAILED"), std::string::npos) << change.failure().message;
}

TEST_F(SourceChangeTest, APatchThatIsAlreadyInTheTreeIsToldSo) {
  write("base/src/a.c", "int a = 1;\n");
  const auto change = patched(patchOfA);
  ASSERT_FALSE(change.ok());
  EXPECT_NE(change.failure().remedy.find("already contains"), std::string::npos) << change.failure().text();
}

TEST_F(SourceChangeTest, APatchOfMissingCodeIsRefusedAndOfMissingDocumentsNoted) {
  const std::string document = "--- a/src/NEWS\n+++ b/src/NEWS\n@@ -1 +1 @@\n-x\n+y\n";
  const auto change = patched(patchOfA + document);
  ASSERT_TRUE(change.ok()) << change.failure().text();
  EXPECT_EQ(change->changed.size(), 1u);
  EXPECT_EQ(change->notes.size(), 1u);
  EXPECT_FALSE(patched(std::string(patchOfA) + "--- a/src/z.c\n+++ b/src/z.c\n@@ -1 +1 @@\n-x\n+y\n").ok());
}

TEST_F(SourceChangeTest, APatchCannotReachOutOfTheTree) {
  write("victim.c", "int v;\n");
  const auto change =
      patched("--- a/../../../../../victim.c\n+++ b/../../../../../victim.c\n@@ -1 +1 @@\n-int v;\n+int w;\n");
  EXPECT_FALSE(change.ok());
  EXPECT_EQ(*readFileText(path("victim.c")), "int v;\n");
}

TEST_F(SourceChangeTest, ANewTreeIsComparedByContents) {
  write("new/src/a.c", "int a = 1;\n");
  write("new/src/b.c", "int b;\n");
  write("new/src/n.h", "int n;\n");
  write("new/README", "words\n");
  const auto change = readChange(map_, {.newTree = path("new")}, scratch());
  ASSERT_TRUE(change.ok()) << change.failure().text();
  ASSERT_EQ(change->changed.size(), 2u);
  EXPECT_EQ(change->changed[0].relativePath, "a.c");
  EXPECT_TRUE(change->changed[1].added());
  // include/h.h is not in the new tree: it may be generated by the build.
  ASSERT_EQ(change->notes.size(), 1u);
  EXPECT_NE(change->notes[0].find("include/h.h"), std::string::npos);
}

TEST_F(SourceChangeTest, ANewTreeOfSomethingElseIsAUsageError) {
  write("new/other.c", "int x;\n");
  const auto change = readChange(map_, {.newTree = path("new")}, scratch());
  ASSERT_FALSE(change.ok());
  EXPECT_EQ(change.failure().fault, Fault::Usage);
}

TEST_F(SourceChangeTest, RevisionsAreReadWhateverIsCheckedOut) {
  git({"init", "-q"});
  git({"add", "."});
  git({"commit", "-qm", "one"});
  write("base/src/a.c", "int a = 1;\n");
  git({"commit", "-qam", "two"});
  write("base/src/b.c", "int b = 3;\n");
  git({"commit", "-qam", "three"});
  const auto change = readChange(map_, {.oldRevision = "HEAD~2", .newRevision = "HEAD~1"}, scratch());
  ASSERT_TRUE(change.ok()) << change.failure().text();
  ASSERT_EQ(change->changed.size(), 1u);
  EXPECT_EQ(change->changed[0].oldText, "int a;\n");
  EXPECT_EQ(change->changed[0].newText, "int a = 1;\n");
  // What is checked out is neither of the two: the compiler must see the revision's text.
  ASSERT_EQ(change->overlayOnly.size(), 1u);
  EXPECT_EQ(change->overlayOnly[0].newText, "int b;\n");
  EXPECT_EQ(change->newRevision.size(), 40u);
}

TEST_F(SourceChangeTest, ARevisionIsNeverTakenForAnOption) {
  git({"init", "-q"});
  const auto change = readChange(map_, {.oldRevision = "--output=/tmp/x", .newRevision = "HEAD"}, scratch());
  ASSERT_FALSE(change.ok());
  EXPECT_EQ(change.failure().message, "\"--output=/tmp/x\" is not a git revision");
}

TEST_F(SourceChangeTest, AMovedTreeIsFoundThroughTheSourceRoot) {
  fs::rename(path("base"), path("moved"));
  EXPECT_EQ(readChange(map_, {.newTree = path("moved")}, scratch()).failure().fault, Fault::NotFound);
  write("x.patch", patchOfA);
  for (const char *root : {"moved", "moved/src"}) {
    const auto change = readChange(map_, {.patchFiles = {path("x.patch")}, .sourceRoot = path(root)}, scratch());
    ASSERT_TRUE(change.ok()) << change.failure().text();
    EXPECT_EQ(change->changed.at(0).path, path("moved/src/a.c"));
    EXPECT_EQ(concernedUnits(map_, *change, baseTreeOf(map_, *change)), (std::set<std::size_t>{0})) << root;
  }
  const auto wrong = readChange(map_, {.patchFiles = {path("x.patch")}, .sourceRoot = scratch()}, scratch());
  EXPECT_EQ(wrong.failure().fault, Fault::Usage);
}

TEST_F(SourceChangeTest, AFileReadThroughASymbolicLinkConcernsItsReader) {
  fs::create_directory_symlink(path("base/include"), path("base/linked"));
  map_.units[1].files = {"src/b.c", "linked/h.h"};
  map_.units[0].files = {"src/a.c"};
  const auto change = patched("--- a/include/h.h\n+++ b/include/h.h\n@@ -1 +1 @@\n-#define H 1\n+#define H 2\n");
  ASSERT_TRUE(change.ok()) << change.failure().text();
  EXPECT_EQ(concernedUnits(map_, *change, baseTreeOf(map_, *change)), (std::set<std::size_t>{1}));
}

TEST_F(SourceChangeTest, ANewHeaderConcernsReadersOfItsNamesake) {
  const auto change = patched("--- /dev/null\n+++ b/src/h.h\n@@ -0,0 +1 @@\n+#define H 3\n");
  ASSERT_TRUE(change.ok()) << change.failure().text();
  EXPECT_EQ(concernedUnits(map_, *change, baseTreeOf(map_, *change)).size(), 2u);
}

TEST(SourceRoot, IsTheTopOfTheSourcesAndNotOfWhatABuildGenerates) {
  Map map;
  for (const char *source : {"/p/src/a.c", "/p/src/sub/b.c", "generated.c"}) {
    map.units.emplace_back();
    map.units.back().source = source;
    map.units.back().directory = "/p/build";
  }
  EXPECT_EQ(recordedSourceRoot(map), "/p/src");
  EXPECT_EQ(unitId(map.units[1], "/p/src"), "sub/b.c");
  EXPECT_EQ(unitId(map.units[2], "/p/src"), "../build/generated.c");
}

} // namespace
} // namespace livepatch
