// Which files are not what the target was compiled from.
#include "patchbuild/source/base_contents.h"
#include "patchbuild/source/file_text.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <unistd.h>

namespace livepatch::test {
namespace {

class BaseContents : public testing::Test {
protected:
  void SetUp() override {
    root = std::filesystem::temp_directory_path() / ("base-contents-" + std::to_string(::getpid()));
    write("a.c", "a");
    write("h.h", "h");
    map.units.resize(2);
    map.units[0] = unit("a.c", {"a", "h"});
    map.units[1] = unit("b.c", {"b", "h"}); // b.c is not on the disk
  }
  void TearDown() override { std::filesystem::remove_all(root); }

  void write(const std::string &name, const std::string &text) {
    ASSERT_TRUE(writeFileText(root + "/" + name, text).ok());
  }
  MapUnit unit(const std::string &source, const std::vector<std::string> &texts) const {
    MapUnit out;
    out.directory = root;
    out.source = source;
    out.files = {source, "h.h"};
    for (const std::string &text : texts)
      out.contents.push_back(sourceHash(text));
    return out;
  }
  std::vector<OtherText> others() const { return otherTexts(map, BaseTree(map, root, root), change); }

  std::string root;
  Map map;
  SourceChange change;
};

TEST_F(BaseContents, TheSameTextsAreNoDifference) {
  EXPECT_TRUE(others().empty());
}
TEST_F(BaseContents, AnEditedHeaderConcernsAllThatReadIt) {
  write("h.h", "H");
  ASSERT_EQ(others().size(), 1u);
  EXPECT_EQ(others()[0].path, root + "/h.h");
  EXPECT_EQ(others()[0].units, (std::set<std::size_t>{0, 1}));
}
TEST_F(BaseContents, TheOldTextOfAChangeCountsInsteadOfTheDisk) {
  write("h.h", "H");
  change.changed.push_back({root + "/h.h", "h.h", "h", "new"});
  EXPECT_TRUE(others().empty());
  change.changed[0].oldText = "another revision's";
  EXPECT_EQ(others().size(), 1u);
}
TEST_F(BaseContents, SoDoesARevisionThatTheDiskIsNotAt) {
  write("h.h", "H");
  change.overlayOnly.push_back({root + "/h.h", "h.h", "h", "h"});
  EXPECT_TRUE(others().empty());
}
TEST_F(BaseContents, AHeaderThatWasGeneratedTwiceDiffersForOneOfThem) {
  map.units[1].contents[1] = sourceHash("an earlier one");
  ASSERT_EQ(others().size(), 1u);
  EXPECT_EQ(others()[0].units, std::set<std::size_t>{1});
}
TEST_F(BaseContents, MapsWithoutHashesSayNothing) {
  write("h.h", "H");
  for (MapUnit &unit : map.units)
    unit.contents.clear();
  EXPECT_TRUE(others().empty());
}

} // namespace
} // namespace livepatch::test
