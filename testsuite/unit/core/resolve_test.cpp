#include "runtime/core/resolve.h"
#include "runtime/core/start_up_tls.h"

#include "testsuite/unit/core/elf_builder.h"
#include "testsuite/unit/core/loaded_modules.h"

#include <cerrno>
#include <deque>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <link.h>

namespace livepatch {

thread_local int ownThreadLocal = 5; // external, so that the executable has a TLS segment

namespace {

std::uint64_t addressOf(const void *pointer) {
  return reinterpret_cast<std::uint64_t>(pointer);
}

TEST(Resolve, AgreesWithTheDynamicLoader) {
  const LoadedModules modules;
  for (const char *name : {"malloc", "printf", "qsort", "pthread_create", "_ZSt4cout", "__cxa_throw", "environ"}) {
    const auto resolution = resolveSymbol(modules.objects, {name, {}, {}, false});
    ASSERT_TRUE(resolution) << resolution.failure().text();
    EXPECT_EQ(resolution->kind, ResolutionKind::Address) << name;
    EXPECT_EQ(resolution->address.value, addressOf(dlsym(RTLD_DEFAULT, name))) << name;
  }
}

TEST(Resolve, TakesTheVersionThatIsAskedFor) {
  const LoadedModules modules;
  // Both exist; the older one is hidden.
  for (const char *version : {"GLIBC_2.2.5", "GLIBC_2.3.2"}) {
    const auto resolution = resolveSymbol(modules.objects, {"pthread_cond_signal", version, "libc.so.6", false});
    ASSERT_TRUE(resolution) << resolution.failure().text();
    EXPECT_EQ(resolution->address.value, addressOf(dlvsym(RTLD_DEFAULT, "pthread_cond_signal", version))) << version;
  }
  const auto byDefault = resolveSymbol(modules.objects, {"pthread_cond_signal", {}, {}, false});
  ASSERT_TRUE(byDefault);
  EXPECT_EQ(byDefault->symbol.version, "GLIBC_2.3.2");
  EXPECT_FALSE(resolveSymbol(modules.objects, {"pthread_cond_signal", "GLIBC_9.9", "libc.so.6", false}));
}

TEST(Resolve, LeavesIndirectFunctionsToTheCaller) {
  const LoadedModules modules;
  const auto resolution = resolveSymbol(modules.objects, {"wmemset", "GLIBC_2.2.5", "libc.so.6", false});
  ASSERT_TRUE(resolution);
  EXPECT_EQ(resolution->kind, ResolutionKind::Ifunc);
  using Resolver = void *(*)();
  EXPECT_EQ(reinterpret_cast<Resolver>(resolution->address.value)(), dlsym(RTLD_DEFAULT, "wmemset"));
}

TEST(Resolve, FindsThreadLocalsWhereThisThreadHasThem) {
  LoadedModules modules;
  deriveTlsOffsets(modules.objects, 0);
  const auto here = addressOf(__builtin_thread_pointer());
  const auto resolution = resolveSymbol(modules.objects, {"errno", "GLIBC_PRIVATE", "libc.so.6", false});
  ASSERT_TRUE(resolution) << resolution.failure().text();
  EXPECT_EQ(resolution->kind, ResolutionKind::ThreadLocal);
  EXPECT_EQ(here + static_cast<std::uint64_t>(resolution->threadLocal.fromThread.value()), addressOf(&errno));

  // The executable's own: it is not exported, but lies in the block whose place is known.
  const std::uint64_t block = here - modules.objects[0].tlsOffset.value();
  const std::uint64_t size = modules.objects[0].view->segment(PT_TLS)->memorySize;
  EXPECT_GE(addressOf(&ownThreadLocal), block);
  EXPECT_LT(addressOf(&ownThreadLocal), block + size);
}

TEST(Resolve, LaysOutThreadLocalsOfLibrariesAsTheLoaderDid) {
  LoadedModules modules;
  deriveTlsOffsets(modules.objects, 0);
  // Of all libraries only the C library's place is left as known.
  for (std::size_t i = 1; i < modules.objects.size(); ++i)
    if (modules.objects[i].view->soname() != "libc.so.6")
      modules.objects[i].tlsOffset.reset();
  layOutStartUpTls(modules.objects, 0);
  struct Check {
    std::vector<LoadedObject> *objects;
    std::size_t compared = 0;
  } check{&modules.objects};
  dl_iterate_phdr(
      [](dl_phdr_info *info, std::size_t, void *data) {
        Check &state = *static_cast<Check *>(data);
        for (const LoadedObject &object : *state.objects)
          if (info->dlpi_tls_data && object.view->segment(PT_TLS) && object.bias.value == info->dlpi_addr) {
            EXPECT_TRUE(object.tlsOffset) << info->dlpi_name;
            EXPECT_EQ(addressOf(__builtin_thread_pointer()) - object.tlsOffset.value_or(0),
                      addressOf(info->dlpi_tls_data))
                << info->dlpi_name;
            ++state.compared;
          }
        return 0;
      },
      &check);
  EXPECT_GE(check.compared, 3U); // this program, the C and the C++ library
}

TEST(Resolve, TrustsNoLayoutThatContradictsWhatIsKnown) {
  LoadedModules modules;
  deriveTlsOffsets(modules.objects, 0);
  std::size_t unknown = 0;
  for (std::size_t i = 1; i < modules.objects.size(); ++i)
    if (modules.objects[i].view->soname() == "libc.so.6")
      *modules.objects[i].tlsOffset += 64;
    else if (modules.objects[i].view->segment(PT_TLS))
      modules.objects[unknown = i].tlsOffset.reset();
  ASSERT_NE(unknown, 0U);
  layOutStartUpTls(modules.objects, 0);
  EXPECT_FALSE(modules.objects[unknown].tlsOffset);
}

TEST(Resolve, NamesWhatIsMissing) {
  const LoadedModules modules;
  const auto missing = resolveSymbol(modules.objects, {"no_such_symbol", "V_1", "libabsent.so.3", false});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.failure().message,
            "the process has no symbol no_such_symbol@V_1: it has not loaded libabsent.so.3");
  const auto weak = resolveSymbol(modules.objects, {"no_such_symbol", {}, {}, true});
  ASSERT_TRUE(weak);
  EXPECT_EQ(weak->kind, ResolutionKind::WeakUndefined);
}

TEST(Resolve, TakesTheFirstDefinitionInScopeOrderWeakOrNot) {
  ElfBuilder first, second;
  first.define("f", 0x1000, STT_FUNC, 16, STB_WEAK);
  second.define("f", 0x1100);
  second.define("absolute", 0x1234, STT_NOTYPE);
  const auto firstFile = first.build(), secondFile = second.build();
  const auto firstView = ElfView::ofFile(firstFile, "first"), secondView = ElfView::ofFile(secondFile, "second");
  ASSERT_TRUE(firstView && secondView);
  const std::vector<LoadedObject> scope{{&*firstView, {0x10000}, {}}, {&*secondView, {0x20000}, {}}};
  EXPECT_EQ(resolveSymbol(scope, {"f", {}, {}, false})->address, RuntimeAddr{0x11000});
  EXPECT_EQ(resolveSymbol(scope, {"absolute", {}, {}, false})->object, 1u);
  // An object without versions serves a reference with one.
  EXPECT_EQ(resolveSymbol(scope, {"f", "V_1", "first", false})->address, RuntimeAddr{0x11000});
}

TEST(Resolve, RefusesAThreadLocalWhosePlaceIsUnknown) {
  ElfBuilder builder;
  builder.define("t", 8, STT_TLS);
  const auto file = builder.build();
  const auto view = ElfView::ofFile(file, "libx.so");
  const std::vector<LoadedObject> scope{{&*view, {0x10000}, {}}};
  const auto resolution = resolveSymbol(scope, {"t", {}, {}, false});
  ASSERT_FALSE(resolution);
  EXPECT_EQ(resolution.failure().fault, Fault::Refused);
}

} // namespace
} // namespace livepatch
