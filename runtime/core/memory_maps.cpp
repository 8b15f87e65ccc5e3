#include "runtime/core/memory_maps.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace livepatch {
namespace {

// Takes the next field off the front of a line, up to `end`.
std::string_view takeField(std::string_view &line, char end) {
  const std::size_t at = std::min(line.find(end), line.size());
  const std::string_view field = line.substr(0, at);
  line.remove_prefix(std::min(at + 1, line.size()));
  return field;
}

std::optional<std::uint64_t> number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (failure != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

// "55d0c8a00000-55d0c8a02000 r-xp 00001000 fd:01 1234    /usr/bin/x", proc(5)
std::optional<MemoryMapping> parseLine(std::string_view line) {
  const auto start = number(takeField(line, '-'), 16);
  const auto end = number(takeField(line, ' '), 16);
  const std::string_view access = takeField(line, ' ');
  const auto offset = number(takeField(line, ' '), 16);
  const std::string_view device = takeField(line, ' ');
  const auto inode = number(takeField(line, ' '), 10);
  if (!start || !end || *start >= *end || access.size() != 4 || !offset || device.empty() || !inode)
    return std::nullopt;

  MemoryMapping mapping;
  mapping.range = {{*start}, {*end}};
  mapping.readable = access[0] == 'r';
  mapping.writable = access[1] == 'w';
  mapping.executable = access[2] == 'x';
  mapping.shared = access[3] == 's';
  mapping.offset = *offset;
  mapping.inode = *inode;
  mapping.device = device;
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  // The kernel appends this to the path of a file that has been unlinked, after an upgrade for example.
  static constexpr std::string_view deletedMark = " (deleted)";
  if (line.ends_with(deletedMark)) {
    mapping.deleted = true;
    line.remove_suffix(deletedMark.size());
  }
  mapping.path = line;
  return mapping;
}

} // namespace

Result<std::vector<MemoryMapping>> parseMemoryMaps(std::string_view text) {
  std::vector<MemoryMapping> maps;
  while (!text.empty()) {
    const std::string_view line = takeField(text, '\n');
    if (line.empty())
      continue;
    auto mapping = parseLine(line);
    if (!mapping)
      return error(Fault::Format, "cannot read the process's memory map: \"" + std::string(line.substr(0, 200)) +
                                      "\" is not a line of /proc/PID/maps");
    maps.push_back(std::move(*mapping));
  }
  return maps;
}

const MemoryMapping *mappingAt(std::span<const MemoryMapping> maps, RuntimeAddr at) {
  const auto after = std::upper_bound(maps.begin(), maps.end(), at,
                                      [](RuntimeAddr a, const MemoryMapping &m) { return a < m.range.start; });
  if (after == maps.begin())
    return nullptr;
  const MemoryMapping &candidate = *std::prev(after);
  return candidate.range.contains(at) ? &candidate : nullptr;
}

bool covers(std::span<const MemoryMapping> maps, RuntimeAddr at, std::uint64_t size, Access access) {
  if (size > ~std::uint64_t{0} - at.value)
    return false;
  const RuntimeAddr end = at + size;
  while (at < end) {
    const MemoryMapping *mapping = mappingAt(maps, at);
    if (!mapping || (access == Access::Writable && !mapping->writable))
      return false;
    at = mapping->range.end;
  }
  return true;
}

} // namespace livepatch
