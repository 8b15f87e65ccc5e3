// Are two types, of which only the texts are known, one type?
#pragma once

#include <string>
#include <string_view>

namespace livepatch {

// "const char *restrict" and "char*" are one: qualifiers and spacing taken out.
[[nodiscard]] std::string withoutQualifiers(std::string_view type);

// "level_t (int)": a type and what its names stand for.
[[nodiscard]] std::string meant(const std::string &type, const std::string &means);

[[nodiscard]] bool sameTypeTexts(const std::string &oldType, const std::string &oldMeans, const std::string &newType,
                                 const std::string &newMeans);

// Two functions, variables or fields have one type, as meant and as written, but for qualifiers, for scopes and tags'
// keywords that one of them leaves out (`std::string` and `string`, `struct client` and `client`), and for the names of
// a number's width (`unsigned` and `uint32_t`). Any other name counts: `char *` and `sds`, `long` and `time_t` are two
// types, though they mean the same to the machine.
template <typename Typed>
[[nodiscard]] bool sameType(const Typed &old, const Typed &now) {
  return sameTypeTexts(old.type, old.means, now.type, now.means);
}

} // namespace livepatch
