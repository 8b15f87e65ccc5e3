#include "patchbuild/source/paths.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

namespace livepatch {
namespace {

constexpr std::array<std::string_view, 9> unitSuffixes = {".c", ".cc", ".cpp", ".cxx", ".c++",
                                                          ".C", ".m",  ".mm",  ".cppm"};
// What is included besides headers: tables, templates, X-macro lists, text for #embed-like tricks.
constexpr std::array<std::string_view, 21> otherSuffixes = {".h",   ".hh",  ".hpp", ".hxx", ".h++", ".H",   ".inc",
                                                            ".inl", ".ipp", ".tpp", ".tcc", ".txx", ".def", ".tbl",
                                                            ".s",   ".S",   ".asm", ".x",   ".y",   ".l",   ".ii"};

std::string suffixOf(std::string_view path) {
  return std::filesystem::path(path).extension().string();
}

} // namespace

std::string normalPath(std::string_view path, std::string_view directory) {
  std::filesystem::path joined = std::filesystem::path(directory) / std::filesystem::path(path);
  // The throwing form of absolute() refuses an empty path, which a damaged input may well hold.
  std::error_code ignored;
  if (joined.is_relative())
    joined = std::filesystem::current_path(ignored) / joined;
  std::string text = joined.lexically_normal().string();
  while (text.size() > 1 && text.back() == '/')
    text.pop_back();
  return text;
}

std::string relativeTo(std::string_view path, std::string_view base) {
  return std::filesystem::path(path).lexically_relative(base).string();
}

bool isBelow(std::string_view path, std::string_view directory) {
  if (directory == "/")
    return path.starts_with('/');
  return path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/');
}

bool isUnitName(std::string_view path) {
  return std::find(unitSuffixes.begin(), unitSuffixes.end(), suffixOf(path)) != unitSuffixes.end();
}

bool isSourceName(std::string_view path) {
  return isUnitName(path) ||
         std::find(otherSuffixes.begin(), otherSuffixes.end(), suffixOf(path)) != otherSuffixes.end();
}

} // namespace livepatch
