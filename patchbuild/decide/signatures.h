// When is a function's interface still the old one?
#pragma once

#include "patchbuild/decide/deciding.h"

namespace livepatch {

// "level_t (int)": a type and what its names stand for.
[[nodiscard]] std::string meant(const std::string &type, const std::string &means);

[[nodiscard]] bool sameTypeTexts(const std::string &oldType, const std::string &oldMeans, const std::string &newType,
                                 const std::string &newMeans);

// Two functions, variables or fields have one type, as written and as meant, but for qualifiers, scopes and tags'
// keywords that one of them leaves out (`std::string` and `string`, `struct client` and `client`). Only texts are known
// here, so any other difference counts: `char *` and `sds` are two types, though they mean the same.
template <typename Typed>
[[nodiscard]] bool sameType(const Typed &old, const Typed &now) {
  return sameTypeTexts(old.type, old.means, now.type, now.means);
}

// The old entry may lead to the new body: same calling convention after optimisation, and the same declared type.
[[nodiscard]] bool sameSignature(const MapFunction &old, const MapFunction &now);

// "const char *restrict" and "char*" are one: qualifiers and spacing taken out.
[[nodiscard]] std::string withoutQualifiers(std::string_view type);

} // namespace livepatch
