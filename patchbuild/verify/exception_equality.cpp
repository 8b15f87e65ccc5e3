// The part of Equality that compares what functions do when a call throws.
#include "patchbuild/verify/equality.h"

#include "patchbuild/verify/exception_tables.h"

#include <fmt/format.h>

namespace livepatch {

bool Equality::caughtTypes(const Scope &scope, const CallSite &before, const CallSite &after) {
  if (before.types.size() != after.types.size())
    return false;
  for (std::size_t i = 0; i < before.types.size(); ++i) {
    const CaughtType &was = before.types[i], &now = after.types[i];
    // The numbers count through the function's types in order of their first use: they say no more than the types.
    if ((was.filter > 0) != (now.filter > 0) || (was.filter <= 0 && was.filter != now.filter) ||
        (was.address == 0) != (now.address == 0) || was.viaWord != now.viaWord)
      return false;
    if (was.address == 0)
      continue;
    const bool same = was.viaWord ? slots(scope, slotAt(before_, was.address), slotAt(after_, now.address))
                                  : addresses(scope, was.address, now.address);
    if (!same)
      return false;
  }
  return true;
}

// Nothing: equal.
std::optional<Difference> Equality::exceptions(const Scope &scope) {
  const MachineCode &was = *scope.before, &now = *scope.after;
  const auto tableBefore = before_.exceptionTables.find(was.begin), tableAfter = after_.exceptionTables.find(now.begin);
  const bool had = tableBefore != before_.exceptionTables.end(), has = tableAfter != after_.exceptionTables.end();
  if (!had && !has)
    return std::nullopt;
  const auto different = [&](std::uint64_t old, std::uint64_t fresh, std::string why) {
    return Difference{old, fresh, {}, {}, std::move(why)};
  };
  if (had != has)
    return different(was.begin, now.begin, has ? "exceptions are handled now" : "exceptions are no longer handled");
  const auto old = readExceptionTable(before_, tableBefore->second, was.begin);
  const auto fresh = readExceptionTable(after_, tableAfter->second, now.begin);
  if (!old || !fresh)
    return different(was.begin, now.begin, "its exception table cannot be read");
  if (old->size() != fresh->size())
    return different(was.begin, now.begin, "its exception table has another number of rows");
  for (std::size_t i = 0; i < old->size(); ++i) {
    const CallSite &x = (*old)[i], &y = (*fresh)[i];
    const bool samePlaces = was.indexAt(x.begin) == now.indexAt(y.begin) && was.indexAt(x.end) == now.indexAt(y.end) &&
                            (x.handler == 0) == (y.handler == 0) &&
                            (x.handler == 0 || was.indexAt(x.handler) == now.indexAt(y.handler));
    why_.clear();
    if (!samePlaces || !caughtTypes(scope, x, y))
      return different(
          x.begin, y.begin,
          fmt::format("what the call here throws is handled otherwise{}{}", why_.empty() ? "" : ": ", why_));
  }
  return std::nullopt;
}

} // namespace livepatch
