// symbols: the functions of the applied patches and where they lie, for profilers that know code by its address only.
#include "runtime/patcher/livepatch.h"
#include "runtime/patcher/target_session.h"

#include <elf.h>
#include <map>

namespace livepatch {
namespace {

// No patch comes near it.
constexpr std::uint64_t largestImage = std::uint64_t{256} << 20;

} // namespace

Result<std::vector<FunctionSymbol>> functionSymbols(pid_t pid) {
  LP_TRY_ASSIGN(TargetSession session, TargetSession::open(pid, SessionPurpose::Look, {}));
  std::map<std::uint64_t, FunctionSymbol> byAddress;
  for (const RegionHeader &region : session.patches().patches()) {
    if (PatchStack::statusOf(region) != PatchStatus::Applied || region.image.size() > largestImage)
      continue;
    // What the image tells of itself: also functions that are new in the patch. Then the redirects, under the names
    // that the program has for them.
    const auto image = session.memory().readSparse(region.image.start, region.image.size());
    if (const auto view = ElfView::ofMemory(image, region.bias, region.name))
      for (std::size_t i = 1; i < view->symbolCount(); ++i)
        if (const auto symbol = view->symbol(i);
            symbol && symbol->defined() && symbol->type == STT_FUNC && symbol->size != 0)
          byAddress[(region.bias + symbol->value).value] = {region.bias + symbol->value, symbol->size,
                                                            std::string(symbol->name), region.name};
    for (const RegionRedirect &redirect : region.redirects)
      if (redirect.newSize != 0)
        byAddress[redirect.newFunction.value] = {redirect.newFunction, redirect.newSize, redirect.name, region.name};
  }
  std::vector<FunctionSymbol> symbols;
  for (auto &[address, symbol] : byAddress)
    symbols.push_back(std::move(symbol));
  return symbols;
}

} // namespace livepatch
