#include "runtime/core/unlinking.h"

#include "runtime/core/region_image.h"
#include "testsuite/unit/core/elf_builder.h"

#include <cstring>
#include <gtest/gtest.h>
#include <map>

namespace livepatch {
namespace {

constexpr RuntimeAddr entry{0x555555555000};
constexpr EntryWord unpatched{0x0f, 0x1f, 0x44, 0x00, 0x08, 1, 2, 3};

const Architecture &architecture() {
  return **architectureNamed("x86_64");
}

// Regions of patches of one function, and what a process with them has in memory.
class Process {
public:
  Process() { put(entry, unpatched); }

  RegionImage add(const std::string &name, std::uint64_t at, RuntimeAddr previous) {
    ElfBuilder builder;
    builder.define("f.lp", 0x1000);
    const auto file = builder.programHeader(PT_GNU_EH_FRAME, 0x800, 16).build();
    const auto patch = ElfView::ofFile(file, name);
    PlannedRedirect planned;
    planned.name = "f";
    planned.function = planned.entry = entry;
    std::memcpy(planned.originalWord.data(), &bytes_.at(entry.value), planned.originalWord.size());
    planned.previousTarget = previous;
    planned.newFunction = {0x1000};
    WritePlan plan;
    plan.redirects = {planned};
    const RegionIdentity identity{name, {}, "00", at};
    const auto layout =
        layoutRegion(regionHeaderBytes(plan, identity, 1, 0), regionCodeBytes(architecture(), plan), *patch);
    auto image = buildRegion({architecture(), plan, identity, *patch, *layout, RuntimeAddr{at}, {}, std::nullopt});
    EXPECT_TRUE(image);
    put(image->header.code.start, image->codeBytes);
    return *image;
  }
  void arm(const RegionImage &image) { put(image.entries.front().word, image.entries.front().desired); }

  void unlink(const std::vector<RegionHeader> &regions, const RegionHeader &region) {
    const auto changes = planUnlinking(architecture(), PatchStack(regions), region,
                                       [&](RuntimeAddr at, std::uint64_t size) { return read(at, size); });
    ASSERT_TRUE(changes) << changes.failure().text();
    for (const WordChange &change : *changes)
      bytes_[change.word.value] = change.desired;
  }
  [[nodiscard]] RuntimeAddr previousOf(const RegionHeader &region) {
    const RuntimeAddr stub = region.redirects[0].stub;
    const auto bytes = read(stub, architecture().stubSize);
    const auto decoded = architecture().decodeStub(stub, *bytes);
    return decoded ? decoded->previous : RuntimeAddr{};
  }
  [[nodiscard]] EntryWord entryWord() {
    EntryWord word;
    std::memcpy(word.data(), &bytes_.at(entry.value), word.size());
    return word;
  }

private:
  template <typename Bytes>
  void put(RuntimeAddr at, const Bytes &bytes) {
    for (std::size_t i = 0; i + sizeof(std::uint64_t) <= bytes.size(); i += sizeof(std::uint64_t))
      std::memcpy(&bytes_[at.value + i], bytes.data() + i, sizeof(std::uint64_t));
  }
  Result<std::vector<std::uint8_t>> read(RuntimeAddr at, std::uint64_t size) {
    std::vector<std::uint8_t> out(size);
    for (std::uint64_t i = 0; i < size; i += sizeof(std::uint64_t))
      std::memcpy(out.data() + i, &bytes_[at.value + i], std::min(size - i, sizeof(std::uint64_t)));
    return out;
  }

  std::map<std::uint64_t, std::uint64_t> bytes_; // by aligned word
};

constexpr RuntimeAddr body{entry.value + 5};

TEST(Unlinking, GivesTheEntryBackWhatItHeld) {
  Process process;
  const RegionImage lower = process.add("lower", 0x555555540000, body);
  process.arm(lower);
  process.unlink({lower.header}, lower.header);
  EXPECT_EQ(process.entryWord(), unpatched);
}

TEST(Unlinking, LeadsThePatchAboveToWhatIsBelow) {
  Process process;
  const RegionImage lower = process.add("lower", 0x555555540000, body);
  process.arm(lower);
  const RegionImage upper = process.add("upper", 0x555555530000, lower.header.redirects[0].stub);
  process.arm(upper);
  process.unlink({lower.header, upper.header}, lower.header);
  EXPECT_EQ(process.entryWord(), upper.entries.front().desired);
  EXPECT_EQ(process.previousOf(upper.header), body);
}

// Its tool was killed when it had changed the entries of other functions only: this one still leads to the lower patch.
TEST(Unlinking, LeavesNoEntryThatThePatchAboveHasNotReached) {
  Process process;
  const RegionImage lower = process.add("lower", 0x555555540000, body);
  process.arm(lower);
  const RegionImage upper = process.add("upper", 0x555555530000, lower.header.redirects[0].stub);
  process.unlink({lower.header, upper.header}, lower.header);
  EXPECT_EQ(process.entryWord(), unpatched);
  EXPECT_EQ(process.previousOf(upper.header), body);
}

TEST(Unlinking, KnowsAllPatchesAbove) {
  Process process;
  const RegionImage lower = process.add("lower", 0x555555540000, body);
  process.arm(lower);
  const RegionImage unfinished = process.add("unfinished", 0x555555530000, lower.header.redirects[0].stub);
  const RegionImage upper = process.add("upper", 0x555555520000, lower.header.redirects[0].stub);
  process.arm(upper);
  process.unlink({lower.header, unfinished.header, upper.header}, lower.header);
  EXPECT_EQ(process.entryWord(), upper.entries.front().desired);
  EXPECT_EQ(process.previousOf(unfinished.header), body);
  EXPECT_EQ(process.previousOf(upper.header), body);
}

} // namespace
} // namespace livepatch
