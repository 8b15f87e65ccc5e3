#include "patchbuild/compile/overlay.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace livepatch {
namespace {

TEST(Overlay, ListsEachFileUnderItsFolder) {
  const auto overlay = nlohmann::json::parse(fileOverlay({{"/a/x.h", "/s/1"}, {"/a/y.h", "/s/2"}, {"/b/x.h", "/s/3"}}));
  EXPECT_EQ(overlay["version"], 0);
  EXPECT_EQ(overlay["use-external-names"], "false");
  ASSERT_EQ(overlay["roots"].size(), 2u);
  EXPECT_EQ(overlay["roots"][0]["name"], "/a");
  EXPECT_EQ(overlay["roots"][0]["contents"][1]["name"], "y.h");
  EXPECT_EQ(overlay["roots"][1]["contents"][0]["external-contents"], "/s/3");
}

TEST(Overlay, SurvivesNamesThatJsonMustEscape) {
  const auto overlay = nlohmann::json::parse(fileOverlay({{"/a \"q\"/x\n.h", "/s/1"}}));
  EXPECT_EQ(overlay["roots"][0]["name"], "/a \"q\"");
  EXPECT_EQ(overlay["roots"][0]["contents"][0]["name"], "x\n.h");
}

TEST(Overlay, AMovedFolderIsOneEntry) {
  const auto overlay = nlohmann::json::parse(folderOverlay("/old", "/new"));
  EXPECT_EQ(overlay["roots"][0]["type"], "directory-remap");
  EXPECT_EQ(overlay["roots"][0]["external-contents"], "/new");
}

} // namespace
} // namespace livepatch
