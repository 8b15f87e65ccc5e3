#include "runtime/patcher/patch_files.h"

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace livepatch {
namespace {

class PatchFolder : public testing::Test {
protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "livepatch-unit-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
    write("fix.so", object);
    write("fix.cmd", commands);
    writeManifest("fix");
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  void write(const std::string &name, const std::string &text) const { std::ofstream(folder + "/" + name) << text; }
  void writeManifest(const std::string &name) const {
    write("fix.json",
          fmt::format(R"({{"livepatch-patch": 1, "name": "{}", "targets": [{{"name": "a", "build-id": "00ff",
      "machine": "x86_64"}}], "files": {{"fix.so": "{}", "fix.cmd": "{}"}}, "redirects": [], "data": [], "symbols": [],
      "functions": [], "warnings": [{{"kind": "init-only", "message": "main is not called again"}}], "compiler": "clang",
      "revisions": {{"old": "", "new": ""}}, "parents": []}})",
                      name, hexText(contentHash(object)), hexText(contentHash(commands))));
  }

  std::string folder;
  std::string object = "not really an object", commands = "J f g\n";
};

TEST_F(PatchFolder, IsReadWhole) {
  auto patch = readPatchFolder(folder);
  ASSERT_TRUE(patch) << patch.failure().text();
  EXPECT_EQ(patch->name, "fix");
  EXPECT_EQ(patch->targets.at(0).buildId, "00ff");
  EXPECT_EQ(patch->commands.size(), 1u);
  EXPECT_EQ(std::string(patch->object.begin(), patch->object.end()), object);
  EXPECT_EQ(patch->warnings, std::vector<std::string>{"main is not called again"});
}

TEST_F(PatchFolder, HasItsIdentityFromItsContent) {
  auto first = readPatchFolder(folder), second = readPatchFolder(folder);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->identity, second->identity);
  object = "another object";
  write("fix.so", object);
  writeManifest("fix");
  auto changed = readPatchFolder(folder);
  ASSERT_TRUE(changed);
  EXPECT_NE(changed->identity, first->identity);
}

TEST_F(PatchFolder, IsRefusedWhenAFileIsNotTheListedOne) {
  write("fix.so", object + "!");
  auto patch = readPatchFolder(folder);
  ASSERT_FALSE(patch);
  EXPECT_EQ(patch.failure().fault, Fault::Mismatch);
  EXPECT_NE(patch.failure().message.find("fix.so"), std::string::npos);
}

TEST_F(PatchFolder, NeedsExactlyOneManifest) {
  write("other.json", "{}");
  EXPECT_EQ(readPatchFolder(folder).failure().fault, Fault::Format);
  std::filesystem::remove(folder + "/other.json");
  std::filesystem::remove(folder + "/fix.json");
  EXPECT_EQ(readPatchFolder(folder).failure().fault, Fault::Format);
  EXPECT_EQ(readPatchFolder(folder + "/nowhere").failure().fault, Fault::NotFound);
}

TEST_F(PatchFolder, CannotLeadOutOfItself) {
  writeManifest("../fix");
  EXPECT_FALSE(readPatchFolder(folder));
}

TEST_F(PatchFolder, IsNotUsedByRootWhenOthersMayWriteToIt) {
  if (::geteuid() != 0)
    GTEST_SKIP() << "only root has to be careful";
  ::chmod((folder + "/fix.cmd").c_str(), 0666);
  EXPECT_EQ(readPatchFolder(folder).failure().fault, Fault::Permission);
  ::chmod((folder + "/fix.cmd").c_str(), 0644);
  ASSERT_EQ(::chown((folder + "/fix.so").c_str(), 12345, static_cast<gid_t>(-1)), 0);
  EXPECT_EQ(readPatchFolder(folder).failure().fault, Fault::Permission);
  ::setenv("SUDO_UID", "12345", 1);
  EXPECT_TRUE(readPatchFolder(folder));
  ::unsetenv("SUDO_UID");
  ASSERT_EQ(::chown((folder + "/fix.so").c_str(), 0, static_cast<gid_t>(-1)), 0);
  ::chmod(folder.c_str(), 0777);
  EXPECT_EQ(readPatchFolder(folder).failure().fault, Fault::Permission);
}

} // namespace
} // namespace livepatch
