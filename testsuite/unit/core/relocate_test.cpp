#include "runtime/core/relocate.h"

#include "testsuite/unit/core/elf_builder.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

constexpr LoadBias bias{0x7f0000000000};

Result<SymbolValue> resolver(const ElfSymbol &symbol, SymbolUse use) {
  if (symbol.name == "function")
    return SymbolValue{{use == SymbolUse::Call ? 0x402000U : 0x403000U}, {}};
  if (symbol.name == "ordinary")
    return SymbolValue{{0x401000}, {}};
  if (symbol.name == "perThread")
    return SymbolValue{{}, ThreadLocalPlace{8, -16, 3}};
  if (symbol.name == "perThreadOfLate")
    return SymbolValue{{}, ThreadLocalPlace{8, {}, 4}};
  if (symbol.name == "perThreadOfStatic")
    return SymbolValue{{}, ThreadLocalPlace{8, -16, {}}};
  if (symbol.binding == STB_WEAK)
    return SymbolValue{};
  return error(Fault::NotFound, "no symbol " + std::string(symbol.name));
}

Result<std::vector<RelocatedSegment>> relocate(const ElfBuilder &builder) {
  const auto file = builder.build();
  LP_TRY_ASSIGN(const ElfView view, ElfView::ofFile(file, "fix.so"));
  return relocatePatch(view, bias, resolver);
}

std::uint64_t numberAt(const std::vector<RelocatedSegment> &segments, std::uint64_t at) {
  std::uint64_t value = 0;
  for (const RelocatedSegment &segment : segments)
    if (segment.address.value <= at && at + 8 <= segment.address.value + segment.memorySize)
      std::memcpy(&value, &segment.bytes[at - segment.address.value], 8);
  return value;
}

TEST(Relocate, ComputesEachKind) {
  ElfBuilder builder;
  const auto own = builder.define("f.lp", 0x1010);
  const auto ordinary = builder.want("ordinary"), perThread = builder.want("perThread", STT_TLS);
  const auto weak = builder.want("absent", STT_NOTYPE, STB_WEAK);
  const auto function = builder.want("function"), late = builder.want("perThreadOfLate", STT_TLS);
  builder.relocate(0x3000, R_X86_64_RELATIVE, 0, 0x1010)
      .relocate(0x3008, R_X86_64_GLOB_DAT, ordinary, 99) // its addend has no meaning
      .relocate(0x3010, R_X86_64_JUMP_SLOT, own)
      .relocate(0x3018, R_X86_64_64, ordinary, -8)
      .relocate(0x3020, R_X86_64_TPOFF64, perThread, 4)
      .relocate(0x3028, R_X86_64_64, weak)
      .relocate(0x3030, R_X86_64_DTPMOD64, late)
      .relocate(0x3038, R_X86_64_DTPOFF64, late, 4)
      .relocate(0x3040, R_X86_64_JUMP_SLOT, function)
      .relocate(0x3048, R_X86_64_GLOB_DAT, function)
      .relocate(0x3ff8, R_X86_64_64, own, 1); // in .bss, the last bytes
  const auto segments = relocate(builder);
  ASSERT_TRUE(segments) << segments.failure().text();
  EXPECT_EQ(numberAt(*segments, 0x3000), bias.value + 0x1010);
  EXPECT_EQ(numberAt(*segments, 0x3008), 0x401000u);
  EXPECT_EQ(numberAt(*segments, 0x3010), bias.value + 0x1010);
  EXPECT_EQ(numberAt(*segments, 0x3018), 0x400ff8u);
  EXPECT_EQ(static_cast<std::int64_t>(numberAt(*segments, 0x3020)), -12);
  EXPECT_EQ(numberAt(*segments, 0x3028), 0u);
  EXPECT_EQ(numberAt(*segments, 0x3030), 4u);
  EXPECT_EQ(numberAt(*segments, 0x3038), 12u);
  EXPECT_EQ(numberAt(*segments, 0x3040), 0x402000u);
  EXPECT_EQ(numberAt(*segments, 0x3048), 0x403000u);
  EXPECT_EQ(numberAt(*segments, 0x3ff8), bias.value + 0x1011);
}

TEST(Relocate, SplitsOffWhatOnlyRelocationsWrite) {
  const auto segments = relocate(ElfBuilder().relocate(ElfBuilder::fixedData, R_X86_64_RELATIVE, 0, 1));
  ASSERT_TRUE(segments) << segments.failure().text();
  ASSERT_EQ(segments->size(), 4u);
  EXPECT_FALSE((*segments)[0].writable || (*segments)[0].executable);
  EXPECT_TRUE((*segments)[1].executable && !(*segments)[1].writable);
  EXPECT_EQ((*segments)[2].address, LinkAddr{0x2000});
  EXPECT_FALSE((*segments)[2].writable); // RELRO
  EXPECT_EQ((*segments)[3].address, LinkAddr{0x3000});
  EXPECT_TRUE((*segments)[3].writable);
  for (const RelocatedSegment &segment : *segments)
    EXPECT_EQ(segment.bytes.size(), segment.memorySize);
  EXPECT_EQ(numberAt(*segments, ElfBuilder::fixedData), bias.value + 1);
}

TEST(Relocate, RefusesWhatAPatchMustNotHave) {
  const auto failure = [](const ElfBuilder &builder) {
    const auto segments = relocate(builder);
    return segments ? std::string("none") : segments.failure().message;
  };
  const std::string start = "cannot load the patch fix.so: ";
  EXPECT_EQ(failure(ElfBuilder().relocate(0x1000, R_X86_64_RELATIVE)),
            start + "it has a relocation against read-only bytes at 0x1000");
  EXPECT_EQ(failure(ElfBuilder().relocate(0x3ffc, R_X86_64_RELATIVE)),
            start + "a relocation at 0x3ffc lies outside of it");
  EXPECT_EQ(failure(ElfBuilder().relocate(~0ull - 4, R_X86_64_RELATIVE)),
            start + "a relocation at 0xfffffffffffffffb lies outside of it");
  EXPECT_EQ(failure(ElfBuilder().relocate(0x3000, R_X86_64_IRELATIVE)),
            start + "it has indirect functions (IRELATIVE)");
  EXPECT_EQ(failure(ElfBuilder().relocate(0x3000, R_X86_64_PC32)),
            start + "relocation type 2 at 0x3000 is not supported");
  for (const std::uint32_t type : {R_X86_64_TPOFF64, R_X86_64_DTPMOD64, R_X86_64_DTPOFF64})
    EXPECT_EQ(failure(ElfBuilder().relocate(0x3000, type)), start + "it has thread-local variables of its own");
  EXPECT_EQ(failure(ElfBuilder().relocate(0x3000, R_X86_64_TLSDESC)),
            start + "it reaches thread-local variables through descriptors");
  ElfBuilder late, fixed;
  EXPECT_EQ(failure(late.relocate(0x3000, R_X86_64_TPOFF64, late.want("perThreadOfLate"))),
            start + "it takes the thread-local variable perThreadOfLate for one that lies at the same place in all "
                    "threads; its library was loaded while the program ran");
  EXPECT_EQ(failure(fixed.relocate(0x3000, R_X86_64_DTPMOD64, fixed.want("perThreadOfStatic"))),
            start + "it reaches the thread-local variable perThreadOfStatic through __tls_get_addr, and the number of "
                    "its library's block is not known");
  EXPECT_EQ(failure(ElfBuilder().programHeader(PT_TLS, 0x3000, 8)),
            start + "it defines thread-local variables, which threads that already run do not have");
  EXPECT_EQ(failure(ElfBuilder().dynamicEntry(DT_TEXTREL, 0)), start + "it has text relocations");
  ElfBuilder indirect, missing, mixed;
  EXPECT_EQ(failure(indirect.relocate(0x3000, R_X86_64_64, indirect.define("i", 0x1000, STT_GNU_IFUNC))),
            start + "it defines the indirect function i");
  EXPECT_EQ(failure(missing.relocate(0x3000, R_X86_64_64, missing.want("gone"))), "no symbol gone");
  EXPECT_EQ(failure(mixed.relocate(0x3000, R_X86_64_64, mixed.want("perThread"))),
            start + "it takes a thread-local variable for an ordinary one");
}

TEST(Relocate, ListsWhatThePatchNeeds) {
  ElfBuilder builder;
  const auto own = builder.define("f", 0x1000), b = builder.want("b"), a = builder.want("a");
  builder.want("unused");
  builder.relocate(0x3000, R_X86_64_64, a).relocate(0x3008, R_X86_64_64, b).relocate(0x3010, R_X86_64_64, a);
  builder.relocate(0x3018, R_X86_64_64, own);
  const auto file = builder.build();
  const auto symbols = undefinedSymbols(*ElfView::ofFile(file, "fix.so"));
  ASSERT_TRUE(symbols);
  ASSERT_EQ(symbols->size(), 2u);
  EXPECT_EQ((*symbols)[0].name, "b");
  EXPECT_EQ((*symbols)[1].name, "a");
}

} // namespace
} // namespace livepatch
