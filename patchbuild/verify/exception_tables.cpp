#include "patchbuild/verify/exception_tables.h"

#include <algorithm>
#include <string>

namespace livepatch {

namespace {

// DWARF pointer encodings (Linux Standard Base, "DWARF Extensions").
constexpr std::uint8_t omitted = 0xff, relativeToItself = 0x10, indirect = 0x80, formatMask = 0x0f;

// Reads forward; past the end everything is zero and `good` is false.
class Cursor {
public:
  Cursor(const std::vector<std::uint8_t> &bytes, std::uint64_t base, std::uint64_t at)
      : bytes_(bytes), base_(base), at_(at) {}

  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] std::uint64_t address() const { return base_ + at_; }
  [[nodiscard]] std::uint64_t offset() const { return at_; }

  std::uint64_t fixed(std::size_t size) {
    if (at_ > bytes_.size() || size > bytes_.size() - at_) {
      good_ = false;
      return 0;
    }
    std::uint64_t out = 0;
    for (std::size_t i = size; i-- > 0;)
      out = out << 8 | bytes_[at_ + i];
    at_ += size;
    return out;
  }
  std::uint64_t uleb() {
    std::uint64_t out = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint64_t byte = fixed(1);
      out |= (byte & 0x7f) << shift;
      if (!(byte & 0x80))
        return out;
    }
    good_ = false;
    return 0;
  }
  std::int64_t sleb() {
    std::uint64_t out = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint64_t byte = fixed(1);
      out |= (byte & 0x7f) << shift;
      if (byte & 0x80)
        continue;
      if ((byte & 0x40) && shift + 7 < 64)
        out |= ~std::uint64_t{0} << (shift + 7);
      return static_cast<std::int64_t>(out);
    }
    good_ = false;
    return 0;
  }
  std::string text() {
    std::string out;
    while (good_) {
      const auto c = static_cast<char>(fixed(1));
      if (!c)
        break;
      out += c;
    }
    return out;
  }
  // A pointer that is encoded as `encoding` says, without the last step of an indirect one.
  std::uint64_t pointer(std::uint8_t encoding) {
    const std::uint64_t here = address();
    std::uint64_t out = 0;
    switch (encoding & formatMask) {
    case 0x00: // as wide as an address
    case 0x04:
    case 0x0c:
      out = fixed(8);
      break;
    case 0x01:
      out = uleb();
      break;
    case 0x02:
      out = fixed(2);
      break;
    case 0x03:
      out = fixed(4);
      break;
    case 0x09:
      out = static_cast<std::uint64_t>(sleb());
      break;
    case 0x0a:
      out = static_cast<std::uint64_t>(std::int64_t{static_cast<std::int16_t>(fixed(2))});
      break;
    case 0x0b:
      out = static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(fixed(4))});
      break;
    default:
      good_ = false;
    }
    return (encoding & relativeToItself) && out != 0 ? here + out : out;
  }

private:
  const std::vector<std::uint8_t> &bytes_;
  std::uint64_t base_, at_;
  bool good_ = true;
};

std::size_t widthOf(std::uint8_t encoding) {
  switch (encoding & formatMask) {
  case 0x02:
  case 0x0a:
    return 2;
  case 0x03:
  case 0x0b:
    return 4;
  default:
    return 8;
  }
}

struct CommonPart {
  std::uint8_t codeEncoding = 0, tableEncoding = omitted;
};

CommonPart readCommonPart(Cursor at) {
  CommonPart out;
  const std::uint64_t version = at.fixed(1);
  const std::string augmentation = at.text();
  at.uleb();
  at.sleb();
  version == 1 ? at.fixed(1) : at.uleb();
  if (!augmentation.starts_with('z'))
    return out;
  at.uleb();
  for (const char letter : augmentation.substr(1)) {
    if (letter == 'L')
      out.tableEncoding = static_cast<std::uint8_t>(at.fixed(1));
    else if (letter == 'R')
      out.codeEncoding = static_cast<std::uint8_t>(at.fixed(1));
    else if (letter == 'P')
      at.pointer(static_cast<std::uint8_t>(at.fixed(1)));
  }
  return out;
}

// The table ends with its section; how long it is, only reading it tells.
struct Table {
  std::vector<std::uint8_t> bytes;
  std::uint64_t base = 0;
};

std::vector<CaughtType> typesOf(const Table &table, std::uint64_t actions, std::uint64_t action, std::uint64_t typesEnd,
                                std::uint8_t encoding, bool &good) {
  std::vector<CaughtType> out;
  constexpr std::size_t longest = 1000; // a damaged chain may lead back to itself
  for (std::uint64_t at = actions + action - 1; out.size() < longest;) {
    Cursor cursor(table.bytes, table.base, at);
    CaughtType type;
    type.filter = cursor.sleb();
    const std::uint64_t next = cursor.offset();
    const std::int64_t step = cursor.sleb();
    if (type.filter > 0) {
      Cursor entry(table.bytes, table.base, typesEnd - static_cast<std::uint64_t>(type.filter) * widthOf(encoding));
      type.address = entry.pointer(encoding);
      type.viaWord = (encoding & indirect) && type.address != 0;
      good &= entry.good();
    }
    good &= cursor.good();
    out.push_back(type);
    if (step == 0 || !good)
      break;
    at = next + static_cast<std::uint64_t>(step);
  }
  return out;
}

} // namespace

std::unordered_map<std::uint64_t, std::uint64_t> exceptionTablesOf(const BuiltProgram &program) {
  std::unordered_map<std::uint64_t, std::uint64_t> out;
  for (const ProgramSection &section : program.sections) {
    if (section.name != ".eh_frame")
      continue;
    const auto bytes = program.bytesAt(section.address, section.size);
    if (!bytes)
      return out;
    for (std::uint64_t at = 0; at + 8 <= bytes->size();) {
      Cursor record(*bytes, section.address, at);
      const std::uint64_t length = record.fixed(4), idAt = record.offset(), id = record.fixed(4);
      if (length < 4 || length == 0xffffffff)
        break;
      at += 4 + length;
      if (id == 0 || id > idAt)
        continue;
      const CommonPart common = readCommonPart(Cursor(*bytes, section.address, idAt - id + 8));
      const std::uint64_t function = record.pointer(common.codeEncoding);
      record.pointer(common.codeEncoding & formatMask);
      record.uleb();
      const std::uint64_t table = common.tableEncoding == omitted ? 0 : record.pointer(common.tableEncoding);
      if (record.good() && table != 0)
        out.emplace(function, table);
    }
  }
  return out;
}

std::optional<std::vector<CallSite>> readExceptionTable(const BuiltProgram &program, std::uint64_t address,
                                                        std::uint64_t function) {
  const ProgramSection *section = program.sectionAt(address);
  const auto bytes = section ? program.bytesAt(address, section->address + section->size - address) : std::nullopt;
  if (!bytes)
    return std::nullopt;
  const Table table{*bytes, address};
  Cursor at(table.bytes, address, 0);
  const auto startEncoding = static_cast<std::uint8_t>(at.fixed(1));
  const std::uint64_t start = startEncoding == omitted ? function : at.pointer(startEncoding);
  const auto typeEncoding = static_cast<std::uint8_t>(at.fixed(1));
  std::uint64_t typesEnd = typeEncoding == omitted ? 0 : at.uleb();
  typesEnd += at.offset();
  const auto siteEncoding = static_cast<std::uint8_t>(at.fixed(1));
  const std::uint64_t sitesSize = at.uleb(), actions = at.offset() + sitesSize;
  std::vector<CallSite> out;
  bool good = at.good();
  while (good && at.offset() < actions) {
    CallSite site;
    site.begin = start + at.pointer(siteEncoding);
    site.end = site.begin + at.pointer(siteEncoding);
    const std::uint64_t handler = at.pointer(siteEncoding), action = at.uleb();
    site.handler = handler ? start + handler : 0;
    if (action != 0)
      site.types = typesOf(table, actions, action, typesEnd, typeEncoding, good);
    good &= at.good();
    out.push_back(std::move(site));
  }
  return good ? std::optional(std::move(out)) : std::nullopt;
}

} // namespace livepatch
