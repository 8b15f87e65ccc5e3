// What a name stands for in one process, for code that belongs to some of its loaded objects: the dynamic loader's
// rules, and what it has decided at run time already (indirect functions, unique symbols).
#pragma once

#include "runtime/arch/architecture.h"
#include "runtime/core/relocate.h"
#include "runtime/core/resolve.h"
#include "runtime/core/result.h"
#include "runtime/linux/modules.h"
#include "runtime/linux/target_memory.h"

#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

class ProcessSymbols {
public:
  // `users` are indices in `modules`: names are looked up as if these referred to them. Behind that come the libraries
  // `needed` and those that they need, as for a library that is loaded with dlopen. The arguments have to stay.
  ProcessSymbols(const ModuleList &modules, const TargetMemory &memory, const Architecture &architecture,
                 const std::vector<std::size_t> &users, const std::vector<std::string_view> &needed);

  // An unresolved weak reference is the address 0.
  [[nodiscard]] Result<SymbolValue> valueOf(const SymbolRequest &request) const;
  // A thread-local variable that is known by its module and its place in that module's block.
  [[nodiscard]] Result<SymbolValue> threadLocal(std::size_t module, std::uint64_t blockOffset,
                                                std::string_view name) const;

private:
  void addNeeded(std::vector<std::string_view> needed);
  [[nodiscard]] Error missing(const SymbolRequest &request, Error failure) const;

  const ModuleList *modules_;
  const TargetMemory *memory_;
  const Architecture *architecture_;
  std::vector<LoadedObject> objects_; // of all modules
  std::vector<std::size_t> order_;    // of lookup: indices of modules
  std::vector<LoadedObject> scope_;   // objects in the order of lookup
};

} // namespace livepatch
