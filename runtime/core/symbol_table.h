// Where the target's own symbols are: from a manifest, a map (.lpmap), or the text of `nm`.
//
// Only the target objects' symbols, link-time addresses. What other loaded libraries export is core/resolve.h.
#pragma once

#include "runtime/core/address.h"
#include "runtime/core/manifest.h"
#include "runtime/core/map.h"
#include "runtime/core/result.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

enum class SymbolKind { Function, Object, Tls, Ifunc, Unknown };

struct TargetSymbol {
  std::string name; // unqualified
  std::string unit; // "src/acl.c"; empty where the source does not say
  SymbolKind kind = SymbolKind::Unknown;
  std::size_t object = 0;         // index of the target object (0 for a map or nm)
  LinkAddr address;               // Tls: offset in the TLS block
  std::uint64_t size = 0;         // 0: unknown
  bool sizeIsExact = true;        // false: the distance to the next symbol (nm without -S), an upper bound
  std::optional<Padding> padding; // absent: not said, to be looked at in the process's entry bytes
  [[nodiscard]] std::string qualifiedName() const { return unit.empty() ? name : unit + ":" + name; }
};

class SymbolTable {
public:
  [[nodiscard]] static SymbolTable ofManifest(const Manifest &manifest);
  [[nodiscard]] static SymbolTable ofMap(const Map &map);
  // `nm [-S] [-n]` output: "address [size] type name". Undefined symbols are skipped.
  [[nodiscard]] static Result<SymbolTable> ofNm(std::string_view text, const std::string &where);
  // A mapfile of either kind, told apart by its first character.
  [[nodiscard]] static Result<SymbolTable> ofMapfile(std::string_view text, const std::string &where);

  // `name`, or `file.c:name` with any unique tail of the unit's path. NotFound, or Refused with all candidates where
  // several symbols at different addresses carry the name.
  [[nodiscard]] Result<TargetSymbol> find(std::string_view name) const;
  // The function that holds `at`, or null.
  [[nodiscard]] const TargetSymbol *functionAt(std::size_t object, LinkAddr at) const;
  [[nodiscard]] const std::vector<TargetSymbol> &symbols() const { return symbols_; }

private:
  void index();
  std::vector<TargetSymbol> symbols_; // sorted by object and address
  std::multimap<std::string, std::size_t, std::less<>> byName_;
};

} // namespace livepatch
