#include "runtime/linux/ifunc.h"

#include "testsuite/unit/linux/forked_target.h"

#include <dlfcn.h>
#include <elf.h>
#include <gtest/gtest.h>

namespace livepatch {
namespace {

class Ifunc : public testing::Test {
protected:
  void SetUp() override { ASSERT_TRUE(list); }

  ForkedTarget child{ForkedTarget::ready};
  Result<TargetProcess> process = TargetProcess::open(child.pid());
  Result<TargetMemory> memory = TargetMemory::open(*process);
  Result<std::vector<MemoryMapping>> maps = parseMemoryMaps(*process->mapsText());
  Result<ModuleList> list = readModules(*process, *memory, *maps);
};

TEST_F(Ifunc, GivesTheImplementationThatTheLoaderWouldChoose) {
  const auto scope = list->objects();
  int found = 0;
  // Used by the C library itself, by this program, and by nobody; the last two are the kernel's, in its vDSO.
  for (const char *name : {"memcpy", "strlen", "memmove", "strcspn", "wcsnlen", "strcasecmp", "time", "gettimeofday"}) {
    auto symbol = resolveSymbol(scope, {name, {}, {}, false});
    ASSERT_TRUE(symbol);
    if (symbol->kind != ResolutionKind::Ifunc)
      continue;
    ++found;
    auto chosen = ifuncImplementation(*list, *memory, **architectureFor(EM_X86_64), *symbol);
    ASSERT_TRUE(chosen) << chosen.failure().message;
    EXPECT_EQ(chosen->value, reinterpret_cast<std::uint64_t>(::dlsym(RTLD_DEFAULT, name))) << name;
  }
  EXPECT_GT(found, 0);
}

// A symbol table in the target's memory may call anything a resolver.
TEST_F(Ifunc, CallsNothingInThisProcessThatIsNoResolverHere) {
  const auto scope = list->objects();
  auto symbol = resolveSymbol(scope, {"abort", {}, {}, false});
  ASSERT_TRUE(symbol);
  symbol->kind = ResolutionKind::Ifunc;
  symbol->symbol.name = "no_slot_has_this_name";
  for (const std::uint64_t behind : {0, 1}) {
    symbol->address.value += behind;
    auto chosen = ifuncImplementation(*list, *memory, **architectureFor(EM_X86_64), *symbol);
    ASSERT_FALSE(chosen);
    EXPECT_EQ(chosen.failure().fault, Fault::Refused);
  }
}

} // namespace
} // namespace livepatch
