#include "runtime/linux/mapped_file.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace livepatch {
namespace {

class MappedFileTest : public testing::Test {
protected:
  MappedFileTest() { std::filesystem::create_directory(folder); }
  ~MappedFileTest() override { std::filesystem::remove_all(folder); }
  const std::string folder = testing::TempDir() + "mapped_file_test." + std::to_string(::getpid());
  const std::string path = folder + "/x";
};

TEST_F(MappedFileTest, HasTheBytes) {
  std::ofstream(path) << "four";
  const auto file = MappedFile::open(path);
  ASSERT_TRUE(file) << file.failure().message;
  EXPECT_EQ(std::string(file->bytes().begin(), file->bytes().end()), "four");
  std::ofstream(path).close(); // empty now
  EXPECT_EQ(MappedFile::open(path)->bytes().size(), 0u);
}

// The name of a library is the target's to choose: a named pipe would keep whoever opens it for ever.
TEST_F(MappedFileTest, NeitherWaitsForAPipeNorOpensADevice) {
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  for (const std::string &other : {path, std::string("/dev/zero"), folder}) {
    const auto file = MappedFile::open(other);
    ASSERT_FALSE(file) << other;
    EXPECT_EQ(file.failure().fault, Fault::Format);
  }
  EXPECT_EQ(MappedFile::open(folder + "/none").failure().fault, Fault::NotFound);
}

} // namespace
} // namespace livepatch
