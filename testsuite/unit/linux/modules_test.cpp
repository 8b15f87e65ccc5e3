#include "runtime/linux/modules.h"

#include "testsuite/unit/linux/forked_target.h"

#include <algorithm>
#include <dlfcn.h>
#include <gtest/gtest.h>

namespace livepatch {

// In the dynamic symbol table of no object but reachable by address.
static int someVariable = 3;

namespace {

class ModulesTest : public testing::Test {
protected:
  ModulesTest()
      : child(ForkedTarget::ready), process(TargetProcess::open(child.pid())), memory(TargetMemory::open(*process)),
        maps(parseMemoryMaps(*process->mapsText())) {}
  ForkedTarget child;
  Result<TargetProcess> process;
  Result<TargetMemory> memory;
  Result<std::vector<MemoryMapping>> maps;
};

TEST_F(ModulesTest, HasTheExecutableFirstAndTheLibraries) {
  auto list = readModules(*process, *memory, *maps);
  ASSERT_TRUE(list) << list.failure().message;
  EXPECT_TRUE(list->dynamic);
  EXPECT_TRUE(list->modules[0].range.contains({reinterpret_cast<std::uint64_t>(&someVariable)}));
  auto isLibc = [](const Module &module) { return module.view.soname() == "libc.so.6"; };
  auto libc = std::find_if(list->modules.begin(), list->modules.end(), isLibc);
  ASSERT_NE(libc, list->modules.end());
  EXPECT_EQ(libc->fileName(), "libc.so.6");
  EXPECT_FALSE(libc->view.buildId().empty());
}

TEST_F(ModulesTest, ResolvesSymbolsAsTheDynamicLoaderDoes) {
  auto list = readModules(*process, *memory, *maps);
  ASSERT_TRUE(list);
  auto scope = list->objects();
  for (const char *name : {"printf", "getenv", "malloc"}) {
    auto found = resolveSymbol(scope, {name, {}, {}, false});
    ASSERT_TRUE(found) << found.failure().message;
    EXPECT_EQ(found->address.value, reinterpret_cast<std::uint64_t>(::dlsym(RTLD_DEFAULT, name))) << name;
  }
  EXPECT_EQ(resolveSymbol(scope, {"no_such_symbol_anywhere", {}, {}, false}).failure().fault, Fault::NotFound);
}

TEST_F(ModulesTest, KnowsTheBuildIdsThatAreMapped) {
  auto list = readModules(*process, *memory, *maps);
  ASSERT_TRUE(list);
  auto ids = mappedBuildIds(*process, *memory);
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  for (const Module &module : list->modules)
    EXPECT_TRUE(module.view.buildId().empty() || std::binary_search(ids.begin(), ids.end(), module.view.buildId()))
        << module.path;
}

} // namespace
} // namespace livepatch
