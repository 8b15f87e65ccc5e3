#include "patchbuild/decide/layouts.h"

#include "patchbuild/decide/signatures.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace livepatch {

namespace {

std::string where(std::uint64_t bits) {
  return bits % 8 ? fmt::format("bit {}", bits) : fmt::format("byte {}", bits / 8);
}

std::string newField(const RecordField &field) {
  return fmt::format("new field {} {} at {}", field.type, field.name, where(field.bitOffset));
}

std::string goneField(const RecordField &field) {
  return fmt::format("field {} {} at {} is gone", field.type, field.name, where(field.bitOffset));
}

// By their places: what tells whether the layouts differ.
std::vector<std::string> fieldsByPlace(const RecordLayout &old, const RecordLayout &now) {
  std::vector<std::string> out;
  std::set<std::string> oldNames, newNames;
  for (const RecordField &field : old.fields)
    oldNames.insert(field.name);
  for (const RecordField &field : now.fields)
    newNames.insert(field.name);
  const std::size_t common = std::min(old.fields.size(), now.fields.size());
  for (std::size_t i = 0; i < common; ++i) {
    const RecordField &was = old.fields[i];
    const RecordField &is = now.fields[i];
    const bool sameSlot = was.bitOffset == is.bitOffset && sameType(was, is);
    // Another name for the same bytes is a rename, unless the name belongs to another field: then they swapped.
    if (sameSlot && (was.name == is.name || (!newNames.contains(was.name) && !oldNames.contains(is.name))))
      continue;
    out.push_back(fmt::format("field {}: {} {} at {} is now {} {} at {}", i + 1, meant(was.type, was.means), was.name,
                              where(was.bitOffset), meant(is.type, is.means), is.name, where(is.bitOffset)));
  }
  for (std::size_t i = common; i < now.fields.size(); ++i)
    out.push_back(newField(now.fields[i]));
  for (std::size_t i = common; i < old.fields.size(); ++i)
    out.push_back(goneField(old.fields[i]));
  return out;
}

// By their names: what one field in front of many others comes to.
std::vector<std::string> fieldsByName(const RecordLayout &old, const RecordLayout &now) {
  std::vector<std::string> out;
  const auto named = [](const RecordLayout &record, const std::string &name) {
    return std::find_if(record.fields.begin(), record.fields.end(),
                        [&](const RecordField &field) { return field.name == name; });
  };
  std::size_t moved = 0;
  std::string first;
  for (const RecordField &is : now.fields) {
    const auto was = named(old, is.name);
    if (was == old.fields.end()) {
      out.push_back(newField(is));
    } else if (!sameType(*was, is)) {
      out.push_back(fmt::format("field {} was {} and is now {}", is.name, meant(was->type, was->means),
                                meant(is.type, is.means)));
    } else if (was->bitOffset != is.bitOffset && moved++ == 0) {
      first = fmt::format("{} is now at {}, was at {}", is.name, where(is.bitOffset), where(was->bitOffset));
    }
  }
  for (const RecordField &was : old.fields)
    if (named(now, was.name) == now.fields.end())
      out.push_back(goneField(was));
  if (moved == 1)
    out.push_back(first);
  if (moved > 1)
    out.push_back(fmt::format("{} fields moved: {}, and so on", moved, first));
  return out;
}

void compareFields(const RecordLayout &old, const RecordLayout &now, std::vector<std::string> &out) {
  constexpr std::size_t readable = 4;
  std::vector<std::string> fields = fieldsByPlace(old, now);
  if (fields.size() > readable)
    if (std::vector<std::string> shorter = fieldsByName(old, now); !shorter.empty() && shorter.size() < fields.size())
      fields = std::move(shorter);
  out.insert(out.end(), fields.begin(), fields.end());
}

} // namespace

std::vector<std::string> layoutDifferences(const RecordLayout &old, const RecordLayout &now) {
  std::vector<std::string> out;
  if (old.size != now.size)
    out.push_back(fmt::format("size {} is now {}", old.size, now.size));
  if (old.align != now.align)
    out.push_back(fmt::format("alignment {} is now {}", old.align, now.align));
  if (old.kind != now.kind && (old.kind == "union" || now.kind == "union" || old.kind == "enum" || now.kind == "enum"))
    out.push_back(fmt::format("{} is now {}", old.kind, now.kind));
  compareFields(old, now, out);
  if (old.bases != now.bases)
    out.push_back("the base classes differ");
  if (old.vtable != now.vtable)
    out.push_back(
        fmt::format("virtual functions: {} slots, now {}, or others in them", old.vtable.size(), now.vtable.size()));
  return out;
}

namespace {

struct Layouts {
  std::vector<const RecordLayout *> old, now;
};
using LayoutsByName = std::map<std::string, Layouts>;

void collect(const RecordTable &table, const std::vector<std::string> &hashes, LayoutsByName &out, bool isNew) {
  for (const std::string &hash : hashes) {
    const auto found = table.find(hash);
    if (found == table.end())
      continue;
    const RecordLayout &record = found->second;
    // By name alone: a type that moved to another header is the same type.
    Layouts &layouts = out[record.name];
    (isNew ? layouts.now : layouts.old).push_back(&record);
  }
}

bool anySame(const RecordLayout &record, const std::vector<const RecordLayout *> &among) {
  return std::any_of(among.begin(), among.end(), [&](const RecordLayout *other) {
    return other->hash == record.hash || layoutDifferences(*other, record).empty();
  });
}

std::vector<std::string> functionsWith(const Deciding &deciding, const std::string &hash) {
  std::set<std::string> changed, others;
  for (std::size_t index = 0; index < deciding.index.map().units.size(); ++index) {
    const MapUnit &unit = deciding.index.map().units[index];
    if (std::find(unit.types.begin(), unit.types.end(), hash) == unit.types.end())
      continue;
    const ComparedUnit *compared = deciding.comparison.ofBase(index);
    for (const MapFunction &function : unit.functions) {
      if (!function.address)
        continue;
      const ComparedFunction *now = compared ? compared->paired(function) : nullptr;
      const bool differs = now && now->state == FunctionState::Changed;
      (differs ? changed : others).insert(fmt::format("{} ({})", function.name, deciding.index.unitId(index)));
    }
  }
  std::vector<std::string> out(changed.begin(), changed.end());
  constexpr std::size_t limit = 12;
  for (const std::string &name : others)
    if (out.size() < limit && !changed.contains(name))
      out.push_back(name);
  const std::size_t all = changed.size() + others.size();
  if (out.size() > limit)
    out.resize(limit);
  if (all > out.size())
    out.push_back(fmt::format("and {} more functions of units that know the type", all - out.size()));
  return out;
}

std::string join(const std::vector<std::string> &parts) {
  std::string out;
  for (const std::string &part : parts)
    out += (out.empty() ? "" : "; ") + part;
  return out;
}

void refuseLayout(Deciding &deciding, const RecordLayout &old, const RecordLayout &now,
                  std::set<std::pair<std::string, std::string>> &told) {
  if (!told.emplace(old.hash, now.hash).second)
    return;
  const std::string shared = sharedBecause(deciding, now);
  if (shared.empty() && old.vtable.empty()) {
    deciding.localTypes.push_back(&now);
    return;
  }
  const bool vtable = old.vtable != now.vtable;
  deciding.refuse(
      {.rule = vtable ? "cpp-class" : "layout",
       .thing = old.name,
       .place = now.place,
       .oldDefinition = fmt::format("{} bytes", old.size),
       .newDefinition = fmt::format("{}{} bytes: {}", old.name == now.name ? "" : now.name + ", ", now.size,
                                    join(layoutDifferences(old, now))),
       .oldPlace = old.place,
       .users = functionsWith(deciding, old.hash),
       .why = fmt::format("objects of the old layout live in the running program's memory, and the new code "
                          "would read and write them by the new one ({})",
                          shared),
       .remedy = "keep the type as it is, and hold what is new beside it (a table keyed by the object's "
                 "address, for example)"});
}

std::size_t commonFields(const RecordLayout &old, const RecordLayout &now) {
  return static_cast<std::size_t>(std::count_if(old.fields.begin(), old.fields.end(), [&](const RecordField &field) {
    return !field.name.empty() && std::any_of(now.fields.begin(), now.fields.end(),
                                              [&](const RecordField &other) { return other.name == field.name; });
  }));
}

// A type that is gone and one that is new may be the same under another name: objects that the program reaches through
// a `void *` would be read by the new layout. Half of the fields' names in common is taken for that.
void checkRenamed(Deciding &deciding, const LayoutsByName &layouts,
                  std::set<std::pair<std::string, std::string>> &told) {
  for (const auto &[oldName, gone] : layouts) {
    if (!gone.now.empty())
      continue;
    for (const RecordLayout *old : gone.old) {
      const RecordLayout *likely = nullptr;
      std::size_t most = std::max<std::size_t>(2, (old->fields.size() + 1) / 2) - 1;
      for (const auto &[newName, appeared] : layouts)
        for (const RecordLayout *now : appeared.now)
          if (appeared.old.empty() && commonFields(*old, *now) > most)
            most = commonFields(*old, *now), likely = now;
      if (likely && !layoutDifferences(*old, *likely).empty())
        refuseLayout(deciding, *old, *likely, told);
    }
  }
}

// Enums of several functions of a unit may use one name with different values: all values of a name before, less all
// of them now, and the reverse.
struct EnumeratorValues {
  std::multiset<std::int64_t> gone, come;
  std::string place;
};

void checkEnumerators(Deciding &deciding, const LayoutsByName &layouts, std::set<std::string> &told) {
  std::map<std::string, EnumeratorValues> values;
  for (const auto &[name, pair] : layouts)
    for (const RecordLayout *record : pair.old)
      for (const auto &[enumerator, value] : record->enumerators)
        values[enumerator].gone.insert(value);
  for (const auto &[name, pair] : layouts)
    for (const RecordLayout *record : pair.now)
      for (const auto &[enumerator, value] : record->enumerators) {
        EnumeratorValues &of = values[enumerator];
        if (const auto same = of.gone.find(value); same != of.gone.end()) {
          of.gone.erase(same);
          continue;
        }
        of.come.insert(value);
        of.place = record->place;
      }
  for (const auto &[enumerator, of] : values) {
    if (of.gone.empty() || of.come.empty() || !told.insert(enumerator).second)
      continue;
    deciding.warn("renumber", enumerator, of.place,
                  fmt::format("{} was {} and is now {}: values that the running program has stored keep the old "
                              "meaning",
                              enumerator, *of.gone.begin(), *of.come.begin()));
  }
}

} // namespace

void checkLayouts(Deciding &deciding) {
  std::set<std::pair<std::string, std::string>> toldLayouts;
  std::set<std::string> toldEnumerators;
  for (const ComparedUnit &unit : deciding.comparison.units) {
    if (unit.isNew())
      continue;
    LayoutsByName layouts;
    collect(deciding.index.map().types, deciding.index.map().units[unit.baseIndex].types, layouts, false);
    collect(unit.compiled->records, unit.compiled->unit.types, layouts, true);
    for (const auto &[name, pair] : layouts) {
      std::vector<const RecordLayout *> oldOnly, newOnly;
      for (const RecordLayout *old : pair.old)
        if (!anySame(*old, pair.now))
          oldOnly.push_back(old);
      for (const RecordLayout *now : pair.now)
        if (!anySame(*now, pair.old))
          newOnly.push_back(now);
      // Of several types of one name (local ones of different functions) the n-th is taken for the n-th: any pair will
      // do, for all that differs has to be refused.
      for (std::size_t i = 0; i < std::min(oldOnly.size(), newOnly.size()); ++i)
        refuseLayout(deciding, *oldOnly[i], *newOnly[i], toldLayouts);
    }
    checkRenamed(deciding, layouts, toldLayouts);
    checkEnumerators(deciding, layouts, toldEnumerators);
  }
  for (const RecordLayout *type : deciding.localTypes)
    renewInterfaces(deciding, *type);
}

} // namespace livepatch
