#include "patchbuild/parents/record.h"

#include "patchbuild/parents/object_space.h"

#include <fmt/format.h>

#include <map>
#include <string_view>
#include <vector>

namespace livepatch {

namespace {

constexpr std::string_view rootMark = "@/";

// One chunk: its text, and the addresses that the text refers to by number, as words of assembly.
class Chunk {
public:
  std::optional<LinkAddr> symbol(const std::string &name) { return add(fmt::format("\"{}\"", escaped(name))); }
  // Of another object than the patch itself: the number of the object, from 1, above the address.
  std::optional<LinkAddr> bound(LinkAddr address) { return add(fmt::format("{:#x}", inSpace(1, address).value)); }

  std::string print(char kind, const std::string &json) const {
    std::string out = fmt::format("    .ascii \"LPM1{}\"\n    .long {}, {}\n", kind, json.size(), words_.size());
    // Short lines: assemblers have limits, and people may look at it.
    constexpr std::size_t width = 4096;
    for (std::size_t at = 0; at < json.size(); at += width)
      out += fmt::format("    .ascii \"{}\"\n", escaped(json.substr(at, width)));
    for (const std::string &word : words_)
      out += fmt::format("    .quad {}\n", word);
    return out;
  }

private:
  std::optional<LinkAddr> add(std::string word) {
    words_.push_back(std::move(word));
    return LinkAddr{words_.size() - 1};
  }

  static std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (c == '"' || c == '\\')
        out += '\\';
      if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f)
        out += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
      else
        out += c;
    }
    return out;
  }

  std::vector<std::string> words_;
};

class UnitRecord {
public:
  UnitRecord(const PatchPlan &plan, const UnitOrder &order, const std::string &root)
      : plan_(plan), order_(order), root_(root), unit_(order.unit->unit) {}

  std::string print() {
    unit_.source = order_.unit->id;
    // Paths and commands are those of the machine that made the patch, and the target's map has them.
    unit_.directory.clear();
    unit_.command.clear();
    unit_.files.clear();
    unit_.contents.clear();
    unit_.compiler.executable.clear();
    for (MapFunction &function : unit_.functions) {
      function.address = function.defined ? placeOf(function.name) : std::nullopt;
      function.place = withoutRoot(function.place, root_);
    }
    for (MapVariable &variable : unit_.variables) {
      // The labels of a computed goto are in their function's part of the patch, under no name.
      variable.address = variable.defined && !variable.opaque ? placeOf(variable.name) : std::nullopt;
      variable.bytes.clear();
      variable.pointers.clear();
      variable.place = withoutRoot(variable.place, root_);
    }
    for (MapLambda &lambda : unit_.lambdas) {
      lambda.place = withoutRoot(lambda.place, root_);
      lambda.replaces.clear();
      lambda.ambiguous = false;
    }
    for (MapAlias &alias : unit_.aliases) {
      alias.address = placeOf(alias.name);
      if (!alias.address)
        alias.address = placeOf(alias.target);
    }
    return chunk_.print('U', printUnitText(unit_));
  }

private:
  std::optional<LinkAddr> placeOf(const std::string &name) {
    if (const auto definition = order_.define.find(name); definition != order_.define.end()) {
      // The entry that the process knows stays the function's address; it leads here.
      if (const std::string &identity = definition->second.identity; !identity.empty())
        return boundTo(identity);
      return chunk_.symbol(definition->second.as);
    }
    const auto external = order_.external.find(name);
    return external == order_.external.end() ? std::nullopt : boundTo(external->second);
  }

  std::optional<LinkAddr> boundTo(const std::string &name) {
    const auto found = plan_.symbols.find(name);
    return found == plan_.symbols.end() ? std::nullopt : chunk_.bound(found->second.address);
  }

  const PatchPlan &plan_;
  const UnitOrder &order_;
  const std::string &root_;
  MapUnit unit_;
  Chunk chunk_;
};

} // namespace

std::string withoutRoot(const std::string &place, const std::string &root) {
  if (!root.empty() && place.size() > root.size() && place.starts_with(root) && place[root.size()] == '/')
    return std::string(rootMark) + place.substr(root.size() + 1);
  return place;
}

std::string withRoot(const std::string &place, const std::string &root) {
  return place.starts_with(rootMark) ? root + "/" + place.substr(rootMark.size()) : place;
}

std::string recordSource(const PatchPlan &plan, const std::string &root) {
  std::string out = "    .section .debug_livepatch,\"\",@progbits\n";
  std::map<std::string, RecordLayout> records;
  for (const UnitOrder &order : plan.recorded) {
    out += UnitRecord(plan, order, root).print();
    records.insert(order.unit->records.begin(), order.unit->records.end());
  }
  for (auto &[hash, record] : records) {
    record.place = withoutRoot(record.place, root);
    out += Chunk().print('T', printRecordText(record));
  }
  return out;
}

} // namespace livepatch
