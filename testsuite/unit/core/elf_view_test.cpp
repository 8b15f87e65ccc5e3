#include "runtime/core/elf_view.h"

#include "testsuite/unit/core/damage.h"
#include "testsuite/unit/core/elf_builder.h"
#include "testsuite/unit/core/loaded_modules.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <gtest/gtest.h>

namespace livepatch {
namespace {

std::vector<std::uint8_t> sample() {
  ElfBuilder builder;
  builder.define("f", ElfBuilder::code);
  const auto wanted = builder.want("printf");
  builder.relocate(0x3000, R_X86_64_RELATIVE, 0, 0x1010).relocate(0x3008, R_X86_64_GLOB_DAT, wanted);
  builder.programHeader(PT_GNU_EH_FRAME, 0x1800, 16);
  return builder.build();
}

TEST(ElfView, ReadsAFile) {
  const auto file = sample();
  const auto view = ElfView::ofFile(file, "libpatch.so");
  ASSERT_TRUE(view) << view.failure().text();
  EXPECT_EQ(view->type(), ET_DYN);
  EXPECT_EQ(view->machine(), EM_X86_64);
  EXPECT_EQ(view->soname(), "libpatch.so");
  EXPECT_EQ(view->buildId(), "deadbeef");
  EXPECT_EQ(view->endAddress(), LinkAddr{ElfBuilder::end});
  EXPECT_EQ(view->segment(PT_GNU_EH_FRAME)->address, LinkAddr{0x1800});
  EXPECT_EQ(view->segment(PT_TLS), nullptr);
  ASSERT_EQ(view->symbolCount(), 3u);
  EXPECT_EQ(view->symbol(1)->name, "f");
  EXPECT_FALSE(view->symbol(2)->defined());
  EXPECT_EQ(view->definitions("f")->size(), 1u);
  EXPECT_TRUE(view->definitions("printf")->empty());
  const auto relocations = view->relocations(R_X86_64_RELATIVE);
  ASSERT_TRUE(relocations);
  ASSERT_EQ(relocations->size(), 2u);
  EXPECT_EQ((*relocations)[1].symbol, 2u);
}

TEST(ElfView, HasNoBytesOutsideOfTheFile) {
  const auto file = sample();
  const auto view = ElfView::ofFile(file, "libpatch.so");
  ASSERT_TRUE(view);
  EXPECT_EQ((*view->bytesAt({ElfBuilder::code}, 4))[0], 0xcc);
  EXPECT_TRUE(view->bytesAt({ElfBuilder::bss - 1}, 1));
  EXPECT_FALSE(view->bytesAt({ElfBuilder::bss - 1}, 2)); // .bss is not in the file
  EXPECT_FALSE(view->bytesAt({ElfBuilder::end}, 1));
  EXPECT_FALSE(view->bytesAt({~std::uint64_t{0}}, 8));
  EXPECT_FALSE(view->bytesAt({0}, ~std::uint64_t{0}));
}

TEST(ElfView, RefusesSegmentsThatEndBeforeTheyBegin) {
  for (const bool inFile : {true, false}) {
    auto file = sample();
    Elf64_Ehdr header;
    std::memcpy(&header, file.data(), sizeof header);
    std::uint8_t *last = &file[header.e_phoff + (header.e_phnum - 1) * sizeof(Elf64_Phdr)];
    const std::uint64_t nearTheEnd = ~std::uint64_t{7};
    std::memcpy(last + (inFile ? offsetof(Elf64_Phdr, p_offset) : offsetof(Elf64_Phdr, p_vaddr)), &nearTheEnd, 8);
    const auto view = ElfView::ofFile(file, "wrapped");
    ASSERT_FALSE(view) << inFile;
    EXPECT_NE(view.failure().text().find("impossible size"), std::string::npos) << view.failure().text();
  }
}

TEST(ElfView, ReadsPackedRelativeRelocations) {
  ElfBuilder builder;
  builder.dynamicEntry(36 /* DT_RELR */, ElfBuilder::fixedData).dynamicEntry(35 /* DT_RELRSZ */, 16);
  auto file = builder.build();
  const std::uint64_t words[] = {ElfBuilder::data,
                                 0b1011}; // the address itself, then the first and third word behind it
  std::memcpy(&file[ElfBuilder::fixedData], words, sizeof words);
  file[ElfBuilder::data + 8] = 0x77; // an addend in place
  const auto relocations = ElfView::ofFile(file, "x")->relocations(R_X86_64_RELATIVE);
  ASSERT_TRUE(relocations) << relocations.failure().text();
  ASSERT_EQ(relocations->size(), 3u);
  EXPECT_EQ((*relocations)[1].at, LinkAddr{ElfBuilder::data + 8});
  EXPECT_EQ((*relocations)[1].addend, 0x77);
  EXPECT_EQ((*relocations)[2].at, LinkAddr{ElfBuilder::data + 24});
}

TEST(ElfView, SaysWhatAForeignFileIs) {
  EXPECT_EQ(ElfView::ofFile({}, "empty").failure().message, "empty is not an ELF object");
  auto file = sample();
  file[EI_CLASS] = ELFCLASS32;
  const auto view = ElfView::ofFile(file, "old");
  ASSERT_FALSE(view);
  EXPECT_EQ(view.failure().fault, Fault::Mismatch);
}

TEST(ElfView, ReadsThisProcesssModules) {
  const LoadedModules modules;
  ASSERT_GE(modules.objects.size(), 3u); // the executable, libstdc++, libc at least
  const auto libc = std::find_if(modules.objects.begin(), modules.objects.end(),
                                 [](const LoadedObject &o) { return o.view->soname() == "libc.so.6"; });
  ASSERT_NE(libc, modules.objects.end());
  EXPECT_FALSE(libc->view->buildId().empty());
  EXPECT_GT(libc->view->symbolCount(), 2000u);
  const auto memcpys = libc->view->definitions("memcpy");
  ASSERT_TRUE(memcpys);
  ASSERT_EQ(memcpys->size(), 2u); // memcpy@@GLIBC_2.14 and memcpy@GLIBC_2.2.5
  EXPECT_EQ(std::count_if(memcpys->begin(), memcpys->end(), [](const auto &s) { return s.hiddenVersion; }), 1);
  EXPECT_TRUE(libc->view->relocations(R_X86_64_RELATIVE));
}

// Everything that a reader of a view may ask for.
void readAll(const Result<ElfView> &view) {
  if (!view)
    return;
  (void)view->buildId();
  for (std::size_t i = 0; i < std::min<std::size_t>(view->symbolCount(), 64); ++i)
    (void)view->symbol(i);
  (void)view->definitions("f");
  (void)view->relocations(R_X86_64_RELATIVE);
}

TEST(ElfView, SurvivesDamage) {
  auto file = sample();
  // Headers, symbols and the dynamic table; the page of code between them says nothing.
  std::vector<std::uint8_t> interesting(file.begin(), file.begin() + 0x800);
  forEachDamage(interesting, [&](const std::vector<std::uint8_t> &damaged) {
    auto whole = file;
    std::copy(damaged.begin(), damaged.end(), whole.begin());
    if (damaged.size() < interesting.size())
      whole.resize(damaged.size());
    readAll(ElfView::ofFile(whole, "damaged"));
    readAll(ElfView::ofMemory(whole, {0x7f0000000000}, "damaged"));
  });
  std::vector<std::uint8_t> dynamic(file.begin() + 0x2000, file.begin() + 0x20a0);
  forEachDamage(dynamic, [&](const std::vector<std::uint8_t> &damaged) {
    auto whole = file;
    std::copy(damaged.begin(), damaged.end(), whole.begin() + 0x2000);
    readAll(ElfView::ofFile(whole, "damaged"));
  });
}

} // namespace
} // namespace livepatch
