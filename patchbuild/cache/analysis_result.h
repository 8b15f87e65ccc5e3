// The one file that a compiler cache keeps of an analysis: map and bitcode of a unit, and of which inputs. Pure.
//
// The cache is never trusted: the file names the inputs that it was made from and the digest of what it holds, and
// whoever reads it says which inputs he means.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace livepatch {

struct AnalysisResult {
  std::string map;
  std::string bitcode;
  bool operator==(const AnalysisResult &) const = default;
};

// `key`: 64 hexadecimal digits that stand for all inputs (analysis_request.h).
[[nodiscard]] std::string printAnalysisResult(const AnalysisResult &result, const std::string &key);

// Nothing where it is not whole, or was made from other inputs.
[[nodiscard]] std::optional<AnalysisResult> parseAnalysisResult(std::string_view file, const std::string &key);

} // namespace livepatch
