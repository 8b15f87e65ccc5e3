#include "patchbuild/decide/wrapped_names.h"

namespace livepatch {

// The linker's command line is not in the target. That a program defines __wrap_malloc is evidence enough: the names
// are the linker's own invention.
bool isWrapped(const Deciding &deciding, const std::string &name) {
  constexpr std::string_view real = "__real_", wrap = "__wrap_";
  std::string plain = name;
  for (const std::string_view prefix : {real, wrap})
    if (name.starts_with(prefix))
      plain = name.substr(prefix.size());
  const std::string wrapper = std::string(wrap) + plain;
  return deciding.index.external(wrapper) || deciding.image.symbols.contains(wrapper);
}

} // namespace livepatch
