// A program made up for a test of the decision: what the target was built from, and what the new source compiles to.
#pragma once

#include "patchbuild/decide/decide.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace livepatch::test {

inline MapFunction function(std::string name, std::string fingerprint, std::vector<std::string> uses = {}) {
  MapFunction out;
  out.name = std::move(name);
  out.early = "early-" + fingerprint;
  out.late = "late-" + fingerprint;
  out.convention = "i32 (i32)";
  out.type = "int (int)";
  out.padding = {PaddingKind::Nop5, 0};
  out.size = 64;
  out.uses = uses;
  out.calls = std::move(uses);
  out.place = "a.c:10";
  return out;
}

inline MapFunction local(MapFunction function) {
  function.linkage = Linkage::Internal;
  return function;
}

inline MapVariable variable(std::string name, std::string content, std::string type = "int") {
  MapVariable out;
  out.base = out.name = std::move(name);
  out.content = std::move(content);
  out.type = std::move(type);
  out.size = out.align = 4;
  out.place = "a.c:1";
  return out;
}

inline MapVariable staticLocal(std::string owner, std::string base, std::string name, std::string content,
                               std::string place = "a.c:5") {
  MapVariable out = variable(std::move(name), std::move(content));
  out.owner = std::move(owner);
  out.base = std::move(base);
  out.linkage = Linkage::Internal;
  out.place = std::move(place);
  return out;
}

inline MapVariable local(MapVariable variable) {
  variable.linkage = Linkage::Internal;
  return variable;
}

inline MapVariable constant(MapVariable variable) {
  variable.constant = true;
  return variable;
}

// One unit on both sides. `before` empty: a unit that the target was built without.
struct UnitSketch {
  std::string name = "a.c";
  std::vector<MapFunction> functionsBefore{}, functionsAfter{};
  std::vector<MapVariable> variablesBefore{}, variablesAfter{};
  std::vector<RecordLayout> recordsBefore{}, recordsAfter{};
  bool recompiled = true, isNew = false;
};

class Sketch {
public:
  explicit Sketch(std::vector<UnitSketch> units) {
    change.root = change.recordedRoot = "/src";
    map_.object = {"program", "", "c0ffee", "x86_64", true};
    // Vectors of units must not move once pointers lead into them.
    map_.units.reserve(units.size());
    for (const UnitSketch &unit : units)
      add(unit);
  }

  SourceChange change;
  TargetImage image;

  Verdict decide() {
    const Result<Verdict> verdict = livepatch::decide({map_, compiled_, change, image});
    EXPECT_TRUE(verdict.ok()) << (verdict.ok() ? "" : verdict.failure().text());
    return verdict.ok() ? *verdict : Verdict{};
  }
  Result<Verdict> tryToDecide() const { return livepatch::decide({map_, compiled_, change, image}); }

  MapUnit &before(std::size_t index) { return map_.units[index]; }
  MapUnit &after(std::size_t index) { return compiled_[index].unit; }

private:
  void add(const UnitSketch &sketch) {
    MapUnit before = unitNamed(sketch.name);
    before.functions = sketch.functionsBefore;
    before.variables = sketch.variablesBefore;
    for (MapFunction &f : before.functions)
      if (!f.late.empty())
        f.address = next(64);
    for (MapVariable &v : before.variables)
      v.address = next(v.size);
    for (const RecordLayout &record : sketch.recordsBefore) {
      before.types.push_back(record.hash);
      map_.types[record.hash] = record;
    }
    CompiledUnit compiled;
    compiled.id = sketch.name;
    compiled.unit = unitNamed(sketch.name);
    compiled.unit.functions = sketch.functionsAfter;
    compiled.unit.variables = sketch.variablesAfter;
    for (MapFunction &f : compiled.unit.functions)
      f.defined = !f.late.empty();
    for (MapVariable &v : compiled.unit.variables)
      v.defined = true;
    for (const RecordLayout &record : sketch.recordsAfter) {
      compiled.unit.types.push_back(record.hash);
      compiled.records[record.hash] = record;
    }
    if (!sketch.isNew) {
      map_.units.push_back(std::move(before));
      compiled.base = &map_.units.back();
    }
    if (sketch.recompiled)
      compiled_.push_back(std::move(compiled));
  }

  static MapUnit unitNamed(const std::string &name) {
    MapUnit unit;
    unit.source = name;
    unit.directory = "/src";
    unit.optimization = "2";
    unit.compiler = {"clang", "14.0.6", "/usr/bin/clang", 2};
    return unit;
  }

  LinkAddr next(std::uint64_t size) {
    const LinkAddr at{address_};
    address_ += (size + 63) / 64 * 64;
    return at;
  }

  Map map_;
  std::vector<CompiledUnit> compiled_;
  std::uint64_t address_ = 0x1000;
};

inline std::vector<std::string> rulesOf(const Verdict &verdict) {
  std::vector<std::string> out;
  for (const Refusal &refusal : verdict.refusals)
    out.push_back(refusal.rule);
  return out;
}

inline const PlannedFunction *planned(const Verdict &verdict, const std::string &name) {
  const auto &functions = verdict.plan.functions;
  const auto found = std::find_if(functions.begin(), functions.end(), [&](const auto &f) { return f.name == name; });
  return found == functions.end() ? nullptr : &*found;
}

using Strings = std::vector<std::string>;

} // namespace livepatch::test
