// The part of Equality that compares what lies in data: initial contents, tables, texts.
#include "patchbuild/verify/equality.h"

#include "patchbuild/verify/build_words.h"
#include "runtime/core/command_file.h"

#include <fmt/format.h>

#include <algorithm>

namespace livepatch {

namespace {

using Words = std::vector<std::uint8_t>;

std::uint64_t number(const Words &bytes, std::uint64_t at, std::size_t size) {
  std::uint64_t out = 0;
  for (std::size_t i = size; i-- > 0;)
    out = out << 8 | bytes[at + i];
  return out;
}

// The bytes up to the first zero, where they are text; nothing for other data.
std::optional<std::string> textAt(const BuiltProgram &program, std::uint64_t at) {
  const ProgramSection *section = program.sectionAt(at);
  if (!section)
    return std::nullopt;
  constexpr std::uint64_t longest = 1 << 20;
  const auto bytes = program.bytesAt(at, std::min(longest, section->address + section->size - at));
  if (!bytes)
    return std::nullopt;
  const auto end = std::find(bytes->begin(), bytes->end(), 0);
  const auto isText = [](std::uint8_t c) { return c >= 0x20 || c == '\n' || c == '\t' || c == '\r' || c == 0x1b; };
  if (end == bytes->end() || !std::all_of(bytes->begin(), end, isText))
    return std::nullopt;
  return std::string(bytes->begin(), end);
}

// The first word is an address, whose bytes may look like a text.
bool holdsPointer(const BuiltProgram &program, std::uint64_t at) {
  if (program.slots.contains(at))
    return true;
  const auto bytes = program.fixedAddresses && at % 8 == 0 ? program.bytesAt(at, 8) : std::nullopt;
  return bytes && program.sectionAt(number(*bytes, 0, 8));
}

// Nothing but texts, one behind the other: what a linker makes of string literals.
bool isTexts(const Words &bytes) {
  const auto first = std::find(bytes.begin(), bytes.end(), 0) - bytes.begin();
  if (first < 2)
    return false;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    if ((bytes[i] != 0 && bytes[i] < 0x20 && bytes[i] != '\n' && bytes[i] != '\t' && bytes[i] != '\r') ||
        (i != 0 && bytes[i] == 0 && bytes[i - 1] == 0))
      return false;
  return true;
}

// How many bytes lie between `at` and the first one at or behind `end` that data with this alignment can begin at.
std::size_t distanceTo(std::uint64_t align, std::uint64_t at, std::size_t end) {
  return static_cast<std::size_t>((at + end + align - 1) / align * align - at);
}

// Where two nameless constants end, if they do so before their bytes differ: behind some padding the same data follows
// in both, only at another distance. As nothing is known to begin there, it seemed to be part of them.
std::optional<std::uint64_t> endBeforePadding(const BuiltProgram &before, std::uint64_t oldAt,
                                              const BuiltProgram &after, std::uint64_t newAt) {
  constexpr std::uint64_t longestPadding = 64, enough = 16;
  const std::uint64_t size = std::min(before.extentAt(oldAt), after.extentAt(newAt));
  const auto was = before.bytesAt(oldAt, size), now = after.bytesAt(newAt, size);
  if (!was || !now)
    return std::nullopt;
  const auto differ =
      static_cast<std::size_t>(std::mismatch(was->begin(), was->end(), now->begin()).first - was->begin());
  std::size_t end = differ;
  while (end != 0 && (*was)[end - 1] == 0)
    --end;
  const auto isZero = [](const std::optional<Words> &bytes) {
    return bytes && std::all_of(bytes->begin(), bytes->end(), [](std::uint8_t byte) { return byte == 0; });
  };
  for (std::uint64_t align = 4; end != 0 && align <= longestPadding; align *= 2) {
    const std::size_t oldNext = distanceTo(align, oldAt, end), newNext = distanceTo(align, newAt, end);
    if (oldNext == newNext || !isZero(before.bytesAt(oldAt + end, oldNext - end)) ||
        !isZero(after.bytesAt(newAt + end, newNext - end)))
      continue;
    const auto oldBytes = before.bytesAt(oldAt + oldNext, enough), newBytes = after.bytesAt(newAt + newNext, enough);
    if (oldBytes && oldBytes == newBytes && !isZero(oldBytes))
      return end;
  }
  return std::nullopt;
}

} // namespace

bool Equality::texts(const Scope &scope, const std::string &before, const std::string &after) const {
  // Where the old one lies is the same for all its units.
  const std::string root = before_.unitRoots.empty() ? "" : before_.unitRoots.front();
  if (before == after || sameButForBuild(before, after, {root, after_.unitRoots[scope.unit]}))
    return true;
  return hints_.isMovedLine && sameButForLines(before, after, [&](std::uint64_t was, std::uint64_t now) {
           return hints_.isMovedLine(scope.unit, was, now);
         });
}

bool Equality::pointerWrite(const std::string &symbol, std::uint64_t at) const {
  const auto slot = after_.slots.find(at);
  const std::uint64_t leads = slotAt(after_, at).addend;
  if (symbol == nullPatchSymbol) {
    const auto bytes = after_.bytesAt(at, sizeof leads);
    return slot == after_.slots.end() && bytes &&
           std::all_of(bytes->begin(), bytes->end(), [](std::uint8_t byte) { return byte == 0; });
  }
  if (slot != after_.slots.end() && !slot->second.symbol.empty())
    return slot->second.symbol == symbol;
  const auto symbols = after_.symbolsAt(leads);
  // A literal of the patch has a name of its own.
  if (symbols.empty())
    return symbol.starts_with("livepatch.literal");
  return std::any_of(symbols.begin(), symbols.end(), [&](const ProgramSymbol *s) { return s->name == symbol; });
}

bool Equality::contents(const Scope &scope, std::uint64_t before, std::uint64_t after, std::uint64_t size,
                        bool withWrites) {
  auto was = before_.bytesAt(before, size), now = after_.bytesAt(after, size);
  if (!was || !now)
    return fail("contents that are not in the file");
  const bool fixed = before_.fixedAddresses && after_.fixedAddresses;
  for (std::uint64_t i = 0; withWrites && i < size; ++i)
    if (const auto written = hints_.values.find(before + i); written != hints_.values.end())
      (*was)[i] = written->second;
  for (std::uint64_t i = 0; i < size;) {
    if (const auto written = hints_.pointers.find(before + i); withWrites && written != hints_.pointers.end()) {
      if (!pointerWrite(written->second, after + i))
        return fail(fmt::format("at offset {} the patch writes {}, and the fresh build has another pointer", i,
                                written->second));
      i += 8;
      continue;
    }
    const auto slot = before_.slots.find(before + i), slotNow = after_.slots.find(after + i);
    const bool isSlot = slot != before_.slots.end(), isSlotNow = slotNow != after_.slots.end();
    if (isSlot || isSlotNow) {
      if (!isSlot || !isSlotNow || !slots(scope, slot->second, slotNow->second))
        return fail(fmt::format("the pointer at offset {} leads elsewhere", i));
      i += 8;
      continue;
    }
    if (fixed && (before + i) % 8 == 0 && i + 8 <= size) {
      const std::uint64_t x = number(*was, i, 8), y = number(*now, i, 8);
      if (before_.sectionAt(x) && after_.sectionAt(y)) {
        if (!addresses(scope, x, y))
          return fail(fmt::format("the pointer at offset {} leads elsewhere", i));
        i += 8;
        continue;
      }
    }
    if ((*was)[i] == (*now)[i]) {
      ++i;
      continue;
    }
    const std::uint64_t word = i - (before + i) % 4;
    if (word <= i && word + 4 <= size && hints_.isMovedLine &&
        hints_.isMovedLine(scope.unit, number(*was, word, 4), number(*now, word, 4))) {
      i = word + 4;
      continue;
    }
    return fail(fmt::format("byte {} is {:#04x}, was {:#04x}", i, (*now)[i], (*was)[i]));
  }
  return true;
}

// A switch's table: distances from the table, or addresses, that lead into the function itself.
std::optional<bool> Equality::jumpTables(const Scope &scope, std::uint64_t before, std::uint64_t after) {
  if (!scope.before)
    return std::nullopt;
  const std::size_t width = before_.fixedAddresses ? 8 : 4;
  const auto target = [&](const BuiltProgram &program, std::uint64_t table, std::uint64_t at) {
    const auto bytes = program.bytesAt(at, width);
    if (!bytes)
      return std::uint64_t{0};
    const std::uint64_t word = number(*bytes, 0, width);
    const auto distance = static_cast<std::int64_t>(static_cast<std::int32_t>(word));
    return width == 8 ? word : table + static_cast<std::uint64_t>(distance);
  };
  const std::uint64_t size = std::min(before_.extentAt(before), after_.extentAt(after));
  if (size < width)
    return std::nullopt;
  for (std::uint64_t i = 0; i + width <= size; i += width) {
    const std::uint64_t was = target(before_, before, before + i), now = target(after_, after, after + i);
    const bool inside = scope.before->holds(was), insideNow = scope.after->holds(now);
    if (i == 0 && (!inside || !insideNow))
      return std::nullopt;
    // How many rows there are, the code's own bounds check says; behind them may be anything.
    if (!inside || !insideNow)
      break;
    if (scope.before->indexAt(was) != scope.after->indexAt(now))
      return fail(fmt::format("row {} of a jump table leads elsewhere", i / width));
  }
  return true;
}

bool Equality::nameless(const Scope &scope, std::uint64_t before, std::uint64_t after) {
  const std::string kept = why_;
  // Equal distances may lead to other things, and other distances to the same.
  if (const auto answer = jumpTables(scope, before, after))
    return *answer;
  if (const auto answer = distanceTables(scope, before, after))
    return *answer;
  why_ = kept;
  const bool pointers = holdsPointer(before_, before) || holdsPointer(after_, after);
  const auto was = pointers ? std::nullopt : textAt(before_, before);
  const auto now = pointers ? std::nullopt : textAt(after_, after);
  const std::uint64_t size = std::min(before_.extentAt(before), after_.extentAt(after));
  if (was && now && *was != *now) {
    if (texts(scope, *was, *now))
      return true;
    // Small numbers look like texts, too.
    if (was->size() > 1 || now->size() > 1)
      return fail(fmt::format("the text \"{}\" was \"{}\"", *now, *was));
  }
  if (contents(scope, before, after, size, false))
    return true;
  const auto bytes = before_.bytesAt(before, size), bytesNow = after_.bytesAt(after, size);
  const bool onlyTexts = was && now && *was == *now && isTexts(*bytes) && isTexts(*bytesNow);
  const auto end = onlyTexts ? std::nullopt : endBeforePadding(before_, before, after_, after);
  if (!onlyTexts && !(end && contents(scope, before, after, *end, false)))
    return false;
  why_ = kept;
  return true; // what differs lies behind it, and no code that we know refers to it
}

bool Equality::distanceRows(const Scope &scope, std::uint64_t before, std::uint64_t after, std::uint64_t size) {
  const auto was = before_.bytesAt(before, size), now = after_.bytesAt(after, size);
  if (!was || !now)
    return fail("contents that are not in the file");
  const auto target = [](std::uint64_t table, const Words &bytes, std::uint64_t row) {
    return table + static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(number(bytes, row, 4))});
  };
  for (std::uint64_t row = 0; row + 4 <= size; row += 4)
    if (!addresses(scope, target(before, *was, row), target(after, *now, row)))
      return fail(fmt::format("row {} of a table leads elsewhere", row / 4));
  return true;
}

// LLVM turns a constant table of pointers to constants into distances from the table. Where such a table ends, only the
// code knows: the first word that leads neither to a text nor to a constant that holds pointers is taken for the end.
std::optional<bool> Equality::distanceTables(const Scope &scope, std::uint64_t before, std::uint64_t after) {
  if (!scope.before || !scope.before->readsDistances || !scope.after->readsDistances || before % 4 || after % 4)
    return std::nullopt;
  const auto target = [](const BuiltProgram &program, std::uint64_t table, std::uint64_t row) -> std::uint64_t {
    const auto bytes = program.bytesAt(table + row, 4);
    const std::int64_t distance = bytes ? static_cast<std::int32_t>(number(*bytes, 0, 4)) : 0;
    const std::uint64_t at = table + static_cast<std::uint64_t>(distance);
    // The rows themselves are no texts: these are small numbers, and the halves of larger ones.
    if (at >= table && at < table + row + 4)
      return 0;
    const ProgramSection *section = program.sectionAt(at);
    if (!section || section->executable)
      return 0;
    // Constants with pointers in them lie pages away, behind the code, where no small number leads.
    if (section->writable)
      return section->name.starts_with(".data.rel.ro") && !program.symbolsAt(at).empty() ? at : 0;
    const auto text = textAt(program, at);
    return text && !text->empty() ? at : 0;
  };
  const std::uint64_t size = std::min(before_.extentAt(before), after_.extentAt(after));
  constexpr std::uint64_t few = 8; // small numbers may happen to look like it
  for (std::uint64_t row = 0; row + 4 <= size; row += 4) {
    const std::uint64_t was = target(before_, before, row), now = target(after_, after, row);
    if (!was || !now)
      return row < few ? std::nullopt : std::optional(true);
    if (!addresses(scope, was, now))
      return row < few ? std::nullopt : std::optional(fail(fmt::format("row {} of a table leads elsewhere", row / 4)));
  }
  return size < few ? std::nullopt : std::optional(true);
}

std::optional<Difference> Equality::variables(const ProgramEntity &before, const ProgramEntity &after) {
  const MapVariable &was = *before.variable, &now = *after.variable;
  const std::uint64_t oldAt = was.address->value + (was.tls ? before_.threadBlock : 0);
  const std::uint64_t newAt = now.address->value + (now.tls ? after_.threadBlock : 0);
  why_.clear();
  if (was.size == now.size && contents(Scope{after.unit}, oldAt, newAt, was.size, true))
    return std::nullopt;
  if (was.size != now.size)
    fail(fmt::format("it has {} bytes, not {}", now.size, was.size));
  return Difference{oldAt, newAt, {}, {}, why_};
}

} // namespace livepatch
