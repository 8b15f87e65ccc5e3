// Types whose objects are all automatic variables: their layout may change.
//
// The new code must never meet an object of the old layout. What the unit's analysis says of the new source is enough
// for that: where new code has objects of the type only in locals, and pointers to them only in locals and arguments,
// an old object could come to it through a call alone; and a changed function with the type in its interface is never
// called by old code, for it is not redirected (as with a changed signature). Unchanged functions are the same code for
// either layout.
#include "patchbuild/decide/layouts.h"

#include <fmt/format.h>

#include <algorithm>

namespace livepatch {

namespace {

// Functions may have types of one name of their own: each of them has to be harmless.
std::vector<const RecordLayout *> named(const ComparedUnit &unit, const std::string &type) {
  std::vector<const RecordLayout *> out;
  for (const auto &[hash, record] : unit.compiled->records)
    if (record.name == type)
      out.push_back(&record);
  return out;
}

// The unit of the patch that defines the function, if that unit knows the type as well.
bool definedWhereKnown(const Deciding &deciding, const std::string &function, const std::string &type) {
  for (const ComparedUnit &unit : deciding.comparison.units)
    for (const MapFunction &defined : unit.compiled->unit.functions)
      if (defined.name == function && defined.linkage != Linkage::Internal)
        return !named(unit, type).empty();
  return false;
}

} // namespace

std::string sharedBecause(const Deciding &deciding, const RecordLayout &type) {
  if (type.kind == "enum" || !type.vtable.empty())
    return "objects of it have virtual functions, or it is an enum";
  for (const ComparedUnit &unit : deciding.comparison.units)
    for (const RecordLayout *record : named(unit, type.name)) {
      if (!record->uses)
        return "its uses are not known";
      if (!record->uses->escape.empty())
        return record->uses->escape;
      for (const std::string &function : record->uses->handsTo)
        if (!definedWhereKnown(deciding, function, type.name))
          return fmt::format("it is handed to {}, which is not compiled for this patch", function);
    }
  return {};
}

void renewInterfaces(Deciding &deciding, const RecordLayout &type) {
  for (ComparedUnit &unit : deciding.comparison.units)
    for (const RecordLayout *record : named(unit, type.name))
      if (record->uses)
        for (const std::string &name : record->uses->signatures)
          if (const auto function = unit.functions.find(name); function != unit.functions.end())
            function->second.newLayout = type.name;
}

} // namespace livepatch
