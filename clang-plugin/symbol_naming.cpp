#include "clang-plugin/symbol_naming.h"

#include "clang-plugin/llvm_compat.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/IR/Mangler.h"

namespace livepatch {

std::string linkerName(const llvm::GlobalValue &value) {
  // Private symbols are asked for by their IR name: they have none in the symbol table.
  if (value.hasPrivateLinkage())
    return value.getName().str();
  llvm::SmallString<128> name;
  llvm::Mangler().getNameWithPrefix(name, &value, /*CannotUsePrivateLabel=*/false);
  return std::string(name.str());
}

llvm::StringRef withoutSuffixNumbers(llvm::StringRef name) {
  for (;;) {
    const auto dot = name.rfind('.');
    if (dot == llvm::StringRef::npos || dot == 0)
      return name;
    const llvm::StringRef tail = name.substr(dot + 1);
    if (tail.empty() || tail.find_first_not_of("0123456789") != llvm::StringRef::npos)
      return name;
    name = name.substr(0, dot);
  }
}

std::string withoutUnnamedNumbers(llvm::StringRef name) {
  std::string result;
  for (;;) {
    const auto at = name.find("$_");
    if (at == llvm::StringRef::npos)
      return result + name.str();
    // In front stands the length of the source name, which the number changes as well ("3$_9", "4$_10").
    llvm::StringRef head = name.substr(0, at);
    while (!head.empty() && head.back() >= '0' && head.back() <= '9')
      head = head.drop_back();
    result += head.str() + "$_";
    name = name.substr(at + 2);
    const auto digits = name.find_first_not_of("0123456789");
    name = digits == llvm::StringRef::npos ? llvm::StringRef() : name.substr(digits);
  }
}

SymbolNaming::SymbolNaming(const llvm::Module &module) {
  auto add = [this](const llvm::GlobalValue &value) {
    llvm::StringRef name = value.getName();
    std::string canonical = value.hasLocalLinkage() ? withoutUnnamedNumbers(withoutSuffixNumbers(name)) : name.str();
    ++bearers_[canonical];
    canonical_[&value] = std::move(canonical);
  };
  for (const llvm::GlobalValue &value : module.global_values())
    add(value);
}

llvm::StringRef SymbolNaming::canonical(const llvm::GlobalValue &value) const {
  const auto found = canonical_.find(&value);
  return found == canonical_.end() ? value.getName() : llvm::StringRef(found->second);
}

bool SymbolNaming::isAmbiguous(const llvm::GlobalValue &value) const {
  // Some sanitizers make variables without any name.
  return value.hasLocalLinkage() && (!value.hasName() || bearers_.lookup(canonical(value)) > 1);
}

} // namespace livepatch
