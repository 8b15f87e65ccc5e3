// Runs one fuzzer's function over files: fuzz_replay FORMAT FILE-OR-FOLDER... A crash is the failure.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <vector>

#define REPLAY(format) extern "C" int replay_##format(const std::uint8_t *data, std::size_t size);
#include "replay_entries.inc"
#undef REPLAY

namespace {

struct Entry {
  std::string_view format;
  int (*run)(const std::uint8_t *data, std::size_t size);
};
#define REPLAY(format) {#format, replay_##format},
constexpr Entry entries[] = {
#include "replay_entries.inc"
};

void replay(const Entry &entry, const std::filesystem::path &path) {
  std::printf("%s\n", path.c_str());
  std::fflush(stdout); // before it crashes
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  entry.run(reinterpret_cast<const std::uint8_t *>(bytes.data()), bytes.size());
}

} // namespace

int main(int argc, char **argv) {
  int replayed = 0;
  for (const Entry &entry : entries)
    for (int i = 2; argc > 1 && entry.format == argv[1] && i < argc; ++i) {
      if (!std::filesystem::is_directory(argv[i])) {
        replay(entry, argv[i]);
        ++replayed;
        continue;
      }
      for (const auto &file : std::filesystem::directory_iterator(argv[i])) {
        replay(entry, file.path());
        ++replayed;
      }
    }
  return replayed > 0 ? 0 : 1; // an unknown format, or a corpus that was lost
}
