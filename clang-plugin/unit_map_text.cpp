#include "clang-plugin/unit_map_text.h"

#include "clang-plugin/llvm_compat.h"

#include <algorithm>

namespace livepatch {

llvm::StringRef linkageName(const llvm::GlobalValue &value) {
  if (value.hasLocalLinkage())
    return "internal";
  if (value.hasLinkOnceLinkage())
    return "linkonce";
  if (value.hasWeakLinkage())
    return "weak";
  return "external"; // also common symbols, and bodies that are only there to be inlined
}

std::vector<std::string> symbolNames(const References &references) {
  std::vector<std::string> names;
  for (const llvm::GlobalValue *value : references)
    if (value->hasName() && !startsWith(value->getName(), "llvm."))
      names.push_back(linkerName(*value));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

llvm::json::Value jsonText(llvm::StringRef text) {
  return llvm::json::isUTF8(text) ? llvm::json::Value(text) : llvm::json::Value(llvm::json::fixUTF8(text));
}

void writeTexts(llvm::json::OStream &out, llvm::StringRef key, const std::vector<std::string> &texts) {
  if (texts.empty())
    return;
  out.attributeArray(key, [&] {
    for (const std::string &text : texts)
      out.value(jsonText(text));
  });
}

void writeText(llvm::json::OStream &out, llvm::StringRef key, llvm::StringRef text) {
  if (!text.empty())
    out.attribute(key, jsonText(text));
}

void writeFlag(llvm::json::OStream &out, llvm::StringRef key, bool value) {
  if (value)
    out.attribute(key, true);
}

} // namespace livepatch
