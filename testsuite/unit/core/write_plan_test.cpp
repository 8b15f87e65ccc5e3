#include "runtime/core/write_plan.h"

#include "runtime/core/image_layout.h"
#include "runtime/core/region_image.h"
#include "testsuite/unit/core/elf_builder.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace livepatch {
namespace {

constexpr std::uint64_t bias = 0x555555554000;
constexpr std::uint64_t textAt = bias + 0x1000, dataAt = bias + 0x3000;

// A process with one module: functions f and g with padding, plain without, variables v, table and p.
class Process : public ::testing::Test {
protected:
  Process() : text_(0x1000, 0x90), data_(0x1000, 0) {
    static constexpr std::uint8_t nop[] = {0x0f, 0x1f, 0x44, 0x00, 0x08};
    std::copy(std::begin(nop), std::end(nop), text_.begin());
    std::copy(std::begin(nop), std::end(nop), text_.begin() + 0x40);
    std::copy(std::begin(nop), std::end(nop), text_.begin() + 0x84); // crosses a word
    addMapping(bias, 0x1000, "r--p");
    addMapping(textAt, 0x1000, "r-xp");
    addMapping(dataAt, 0x1000, "rw-p");
    ElfBuilder builder;
    builder.define("f.lp", 0x1000, STT_FUNC, 0x20);
    builder.define("g.lp", 0x1100, STT_FUNC, 0x20);
    builder.define("variable", 0x3000, STT_OBJECT);
    patchFile_ = builder.build();
    patch_.emplace(std::move(*ElfView::ofFile(patchFile_, "fix.so")));
    symbols_ = *SymbolTable::ofNm(
        "1000 40 T f\n1040 40 T g\n1080 04 T tiny\n1084 3c T crossing\n10c0 40 T plain\n"
        "10f8 10 i chosen\n0008 08 R constant\n3000 08 D v\n3010 20 D table\n3040 08 D p\n9000 08 D far\n",
        "nm");
  }

  Result<WritePlan> plan(const std::string &commands) {
    const auto file = parseCommandFile(commands, "fix.cmd");
    if (!file)
      return file.failure();
    return planWrites({**architectureNamed("x86_64"), *file, symbols_, *patch_, targets_, maps_, regions_,
                       [this](RuntimeAddr at, std::uint64_t size) { return read(at, size); },
                       [](const std::string &name) -> Result<RuntimeAddr> {
                         if (name == "libraryFunction")
                           return RuntimeAddr{0x7f1234567890};
                         return error(Fault::NotFound, "the process has no symbol " + name);
                       }});
  }
  std::string failure(const std::string &commands) {
    const auto outcome = plan(commands);
    return outcome ? "none" : outcome.failure().message;
  }
  Result<std::vector<std::uint8_t>> read(RuntimeAddr at, std::uint64_t size) {
    const std::uint64_t start = at.value < dataAt ? textAt : dataAt;
    const auto &bytes = at.value < dataAt ? text_ : data_;
    if (at.value < start || at.value - start + size > bytes.size())
      return error(Fault::Io, "outside");
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at.value - start);
    return std::vector<std::uint8_t>(begin, begin + static_cast<std::ptrdiff_t>(size));
  }
  // The region of a plan, armed: what the process looks like afterwards.
  RegionImage apply(WritePlan &plan, const std::string &name, std::uint64_t sequence, RuntimeAddr start) {
    const RegionIdentity identity{name, contentHash(name), "00", sequence};
    const Architecture &architecture = **architectureNamed("x86_64");
    const auto layout =
        *layoutRegion(regionHeaderBytes(plan, identity, 0, 0), regionCodeBytes(architecture, plan), *patch_);
    resolvePointers(plan, layout.biasAt(start));
    auto image = buildRegion({architecture, plan, identity, *patch_, layout, start, {}, {}});
    EXPECT_TRUE(image) << image.failure().text();
    for (const EntryWrite &write : image->entries) {
      const auto at = text_.begin() + static_cast<std::ptrdiff_t>(write.word.value - textAt);
      EXPECT_TRUE(std::equal(write.expected.begin(), write.expected.end(), at));
      std::copy(write.desired.begin(), write.desired.end(), at);
    }
    regions_.push_back(image->header);
    return std::move(*image);
  }

  std::vector<std::uint8_t> text_, data_, patchFile_;
  std::vector<MemoryMapping> maps_;
  std::optional<ElfView> patch_;
  SymbolTable symbols_;
  std::vector<PlanTarget> targets_{{"app", {bias}, {{bias}, {bias + 0x4000}}}};
  std::vector<RegionHeader> regions_;

private:
  void addMapping(std::uint64_t start, std::uint64_t size, const std::string &access) {
    MemoryMapping mapping;
    mapping.range = {{start}, {start + size}};
    mapping.readable = true;
    mapping.writable = access[1] == 'w';
    mapping.executable = access[2] == 'x';
    maps_.push_back(mapping);
  }
};

TEST_F(Process, IsPlannedCompletely) {
  const auto plan = this->plan("J g g.lp\nJ f f.lp\nV v 0102030405060708 if=0000000000000000\nP p variable+8 if=0\n"
                               "P table+0x10 f\nP table+0x18 libraryFunction if=&g\n");
  ASSERT_TRUE(plan) << plan.failure().text();
  ASSERT_EQ(plan->redirects.size(), 2u);
  EXPECT_EQ(plan->redirects[0].name, "f"); // by address
  EXPECT_EQ(plan->redirects[0].entry, RuntimeAddr{textAt});
  EXPECT_EQ(plan->redirects[0].previousTarget, RuntimeAddr{textAt + 5});
  EXPECT_EQ(plan->redirects[0].originalWord, (EntryWord{0x0f, 0x1f, 0x44, 0x00, 0x08, 0x90, 0x90, 0x90}));
  EXPECT_EQ(plan->redirects[1].newFunction, LinkAddr{0x1100});
  ASSERT_EQ(plan->data.size(), 4u);
  EXPECT_EQ(plan->data[0].at, RuntimeAddr{dataAt});
  EXPECT_EQ(plan->data[1].patchPointer, LinkAddr{0x3008});
  EXPECT_EQ(plan->data[1].guard, std::vector<std::uint8_t>(8, 0));
  EXPECT_EQ(plan->data[2].fresh,
            (std::vector<std::uint8_t>{0x00, 0x50, 0x55, 0x55, 0x55, 0x55, 0, 0})); // f, the old entry
  EXPECT_EQ(plan->data[3].fresh, (std::vector<std::uint8_t>{0x90, 0x78, 0x56, 0x34, 0x12, 0x7f, 0, 0}));
  EXPECT_EQ(plan->notes, std::vector<std::string>{"table+0x10: no guard: replaced whatever its value is"});
}

TEST_F(Process, GetsANullPointerWhereAPointerLineNamesNothing) {
  const auto plan = this->plan("P p 0 if=&g\n");
  ASSERT_TRUE(plan) << plan.failure().text();
  EXPECT_EQ(plan->data[0].fresh, std::vector<std::uint8_t>(8, 0));
  EXPECT_FALSE(plan->data[0].patchPointer);
}

TEST_F(Process, HasTheBiasAddedToAPointersLinkTimeGuard) {
  const auto plan = this->plan("P p variable if=0810000000000000\n");
  ASSERT_TRUE(plan) << plan.failure().text();
  EXPECT_EQ(plan->data[0].guard, (std::vector<std::uint8_t>{0x08, 0x50, 0x55, 0x55, 0x55, 0x55, 0, 0}));
  const auto null = this->plan("P p variable if=0000000000000000\n");
  EXPECT_EQ(null->data[0].guard, std::vector<std::uint8_t>(8, 0));
}

TEST_F(Process, GetsAJumpForEachEntryAndAStubThatLeadsBack) {
  auto plan = *this->plan("J f f.lp\nP p variable\n");
  const RegionImage image = apply(plan, "first", 1, {0x555555540000});
  const Architecture &architecture = **architectureNamed("x86_64");
  const RegionRedirect &redirect = image.header.redirects[0];
  const auto entry = *read(redirect.entry, 5);
  EXPECT_EQ(architecture.decodeJump(redirect.entry, entry), redirect.stub);
  const auto stub = architecture.decodeStub(redirect.stub, image.codeBytes);
  EXPECT_EQ(stub, (DispatchStub{redirect.stub, flagAddress(image.header.at), {textAt + 5}, redirect.newFunction}));
  EXPECT_EQ(redirect.newFunction, image.header.bias + LinkAddr{0x1000});
  EXPECT_EQ(image.header.data[0].fresh, plan.data[0].fresh); // the pointer has got its value
  EXPECT_EQ(decodeRegion(image.header.at, image.headerBytes)->redirects[0].stub, redirect.stub);
  EXPECT_TRUE(image.header.code.contains(image.header.agentCommit));
  EXPECT_EQ(image.codeBytes[static_cast<std::size_t>(image.header.agentSyscall - image.header.code.start)], 0x0f);
}

TEST_F(Process, TakesAPatchOnTopOfAPatch) {
  auto first = *plan("J f f.lp\n");
  const RegionImage below = apply(first, "first", 1, {0x555555540000});
  const auto second = plan("J f g.lp\n");
  ASSERT_TRUE(second) << second.failure().text();
  EXPECT_EQ(second->redirects[0].previousTarget, below.header.redirects[0].stub);
  regions_.clear(); // the same jump, but nobody knows whose it is
  EXPECT_NE(failure("J f g.lp\n").find("neither the padding nor a redirect of ours"), std::string::npos);
}

TEST_F(Process, RefusesEachCommandThatDoesNotFit) {
  EXPECT_NE(failure("J plain f.lp").find("cannot redirect plain: its entry at 0x5555555550c0 holds 9090"),
            std::string::npos);
  EXPECT_EQ(failure("J tiny f.lp").find("line 1: cannot redirect tiny"), 0u);
  EXPECT_NE(failure("J crossing f.lp").find("crosses an 8-byte border"), std::string::npos);
  EXPECT_EQ(failure("J chosen f.lp"),
            "line 1: cannot redirect chosen: it is an indirect function: its symbol is a resolver");
  EXPECT_EQ(failure("J v f.lp"), "line 1: cannot redirect v: it is no function");
  EXPECT_EQ(failure("J f nowhere"), "line 1: the patch does not export nowhere");
  EXPECT_EQ(failure("J f variable"), "line 1: cannot redirect f: variable in the patch is no function");
  EXPECT_EQ(failure("J absent f.lp"), "line 1: the target has no symbol absent");
  EXPECT_EQ(failure("J f f.lp\nJ f g.lp"), "line 2: cannot redirect f: it is the same function as f");
  EXPECT_EQ(failure("V constant 01"), "line 1: cannot write constant: it lies in read-only memory");
  EXPECT_EQ(failure("V v 010203040506070809"),
            "line 1: cannot write v: 9 bytes at offset 0 do not fit into its 8 bytes");
  EXPECT_EQ(failure("V v+9 01"), "line 1: cannot write v: 1 bytes at offset 9 do not fit into its 8 bytes");
  EXPECT_EQ(failure("V f 01"), "line 1: cannot write f: it is a function");
  EXPECT_EQ(failure("V far 01"), "line 1: cannot write far: 0x55555555d000 lies outside of app");
  EXPECT_EQ(failure("V v 0102\nV v+1 01"), "line 2: cannot write v+0x1: v is written already by this patch");
  EXPECT_EQ(failure("P p absent"), "line 1: cannot point p at absent: the process has no symbol absent");
}

TEST_F(Process, IsRefusedAsAWholeWithAllReasons) {
  const std::string all = failure("J f f.lp\nJ absent f.lp\nV constant 01\n");
  EXPECT_EQ(all, "the patch does not fit, 2 commands cannot be done:\n"
                 "  line 2: the target has no symbol absent\n"
                 "  line 3: cannot write constant: it lies in read-only memory");
}

} // namespace
} // namespace livepatch
