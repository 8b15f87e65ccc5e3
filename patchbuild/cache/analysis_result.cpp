#include "patchbuild/cache/analysis_result.h"

#include "runtime/core/content_hash.h"
#include "runtime/core/hex.h"

#include <fmt/format.h>

#include <charconv>

namespace livepatch {
namespace {

constexpr std::string_view mark = "livepatch-analysis 1";

// The digest covers where the map ends, too.
std::string headOf(const std::string &key, std::string_view content, std::size_t mapSize) {
  const ContentHash digest = contentHash(fmt::format("{} {}", mapSize, content));
  return fmt::format("{} {} {} {}\n", mark, key, hexText(digest), mapSize);
}

} // namespace

std::string printAnalysisResult(const AnalysisResult &result, const std::string &key) {
  const std::string content = result.map + result.bitcode;
  return headOf(key, content, result.map.size()) + content;
}

std::optional<AnalysisResult> parseAnalysisResult(std::string_view file, const std::string &key) {
  const auto end = file.find('\n');
  if (end == std::string_view::npos)
    return std::nullopt;
  const std::string_view head = file.substr(0, end + 1), content = file.substr(end + 1);
  const std::string_view number = head.substr(head.rfind(' ') + 1);
  std::size_t mapSize = 0;
  const auto [stop, failure] = std::from_chars(number.data(), number.data() + number.size(), mapSize);
  if (failure != std::errc() || *stop != '\n' || mapSize > content.size())
    return std::nullopt;
  // Printed again it must be the same: nothing in the head is taken on trust.
  if (head != headOf(key, content, mapSize))
    return std::nullopt;
  return AnalysisResult{std::string(content.substr(0, mapSize)), std::string(content.substr(mapSize))};
}

} // namespace livepatch
