#include "patchbuild/verify/fresh_check.h"

#include "patchbuild/decide/numbered_names.h"
#include "patchbuild/decide/selection.h"
#include "patchbuild/source/paths.h"
#include "patchbuild/verify/build_words.h"
#include "patchbuild/verify/line_moves.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace livepatch {

namespace {

class FreshCheck {
public:
  FreshCheck(const FreshInput &input, std::vector<std::vector<LineMoves>> lines)
      : base_(input.base), fresh_(input.fresh), verdict_(input.verdict), lines_(std::move(lines)),
        equality_(base_, fresh_, hints()) {
    for (const PlannedFunction &function : verdict_.plan.functions)
      planned_[function.name].push_back(&function);
  }

  FreshReport run() {
    for (std::size_t unit = 0; unit < fresh_.map.units.size(); ++unit) {
      for (const MapFunction &function : fresh_.map.units[unit].functions)
        if (function.address && isTheCopyInUse(function))
          compareFunction({unit, &function, nullptr});
      for (const MapVariable &variable : fresh_.map.units[unit].variables)
        if (variable.address && !variable.constant)
          compareVariable({unit, nullptr, &variable});
    }
    return std::move(report_);
  }

private:
  EqualityHints hints();
  // The map names an inline function once for each unit that has it, and all lead to the copy that the linker kept.
  bool isTheCopyInUse(const MapFunction &function) {
    return function.linkage == Linkage::Internal || seen_.insert(function.address->value).second;
  }
  const PlannedFunction *planned(const ProgramEntity &fresh) const;
  const ProgramEntity *sameName(const ProgramEntity &fresh) const;
  std::vector<const ProgramEntity *> oldOnes(const ProgramEntity &fresh) const;
  [[nodiscard]] bool isMovedLine(std::size_t unit, std::uint64_t before, std::uint64_t after) const;
  bool isExcused(const ProgramEntity &fresh) const;
  void compareFunction(const ProgramEntity &fresh);
  void compareVariable(const ProgramEntity &fresh);

  const BuiltProgram &base_, &fresh_;
  const Verdict &verdict_;
  std::vector<std::vector<LineMoves>> lines_; // for each unit of the fresh build
  Equality equality_;
  std::map<std::string, std::vector<const PlannedFunction *>> planned_;
  std::set<std::uint64_t> seen_;
  FreshReport report_;
};

std::string withoutUnit(const std::string &name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string::npos ? name : name.substr(colon + 1);
}

EqualityHints FreshCheck::hints() {
  EqualityHints out;
  for (const PlannedFunction &function : verdict_.plan.functions)
    if (function.base)
      out.counterparts[{function.unit, function.base->name}] = function.name;
  for (const PlannedFunction &function : verdict_.plan.functions)
    if (function.base && function.action != FunctionAction::Redirected)
      out.notRedirected.insert({function.unit, function.base->name});
  out.isMovedLine = [this](std::size_t unit, std::uint64_t before, std::uint64_t after) {
    return isMovedLine(unit, before, after);
  };
  for (const DataCommand &data : verdict_.plan.data) {
    if (data.command.kind == CommandKind::Pointer) {
      std::string symbol = withoutUnit(data.command.patch.name);
      if (symbol.ends_with(".lp"))
        symbol.resize(symbol.size() - 3);
      out.pointers[data.address.value] = std::move(symbol);
    } else {
      for (std::size_t i = 0; i < data.command.bytes.size(); ++i)
        out.values[data.address.value + i] = data.command.bytes[i];
    }
  }
  return out;
}

bool FreshCheck::isMovedLine(std::size_t unit, std::uint64_t before, std::uint64_t after) const {
  return std::any_of(lines_[unit].begin(), lines_[unit].end(),
                     [&](const LineMoves &file) { return file.moved(before, after); });
}

const PlannedFunction *FreshCheck::planned(const ProgramEntity &fresh) const {
  const auto found = planned_.find(fresh.name());
  if (found == planned_.end())
    return nullptr;
  for (const PlannedFunction *function : found->second)
    if (fresh.linkage() != Linkage::Internal || function->unit == fresh_.unitIds[fresh.unit])
      return function;
  return nullptr;
}

const ProgramEntity *FreshCheck::sameName(const ProgramEntity &fresh) const {
  const ProgramEntity *elsewhere = nullptr;
  const auto [begin, end] = base_.entitiesByName.equal_range(fresh.name());
  for (auto found = begin; found != end; ++found) {
    const ProgramEntity &old = found->second;
    if (!old.function != !fresh.function)
      continue;
    if (base_.unitIds[old.unit] == fresh_.unitIds[fresh.unit])
      return &old;
    if (old.linkage() != Linkage::Internal && fresh.linkage() != Linkage::Internal)
      elsewhere = &old;
  }
  return elsewhere;
}

// What has that name, and what differs from it in the compiler's numbers only, or in a line's that a macro put there.
std::vector<const ProgramEntity *> FreshCheck::oldOnes(const ProgramEntity &fresh) const {
  std::vector<const ProgramEntity *> out;
  if (const ProgramEntity *same = sameName(fresh))
    out.push_back(same);
  const std::string plain = withoutNumbers(fresh.name());
  const bool mayHoldLine = !lines_[fresh.unit].empty() && fresh.name().find_first_of("0123456789") != std::string::npos;
  if (fresh.linkage() != Linkage::Internal || (plain == fresh.name() && !mayHoldLine))
    return out;
  const auto isRenumbered = [&](const std::string &name) {
    if (fresh.function && plain != fresh.name() && withoutNumbers(name) == plain)
      return true;
    return mayHoldLine && sameButForLines(name, fresh.name(), [&](std::uint64_t was, std::uint64_t now) {
             return isMovedLine(fresh.unit, was, now);
           });
  };
  for (const auto &[name, old] : base_.entitiesByName)
    if (!old.function == !fresh.function && old.linkage() == Linkage::Internal && name != fresh.name() &&
        base_.unitIds[old.unit] == fresh_.unitIds[fresh.unit] && isRenumbered(name))
      out.push_back(&old);
  return out;
}

bool FreshCheck::isExcused(const ProgramEntity &fresh) const {
  // It ran before main and does not run again; the patch says so in a warning.
  if (isStartUpCode(*fresh.function))
    return std::any_of(verdict_.warnings.begin(), verdict_.warnings.end(), [&](const Warning &warning) {
      return warning.kind == "init-only" && warning.thing == fresh.name();
    });
  return false;
}

void FreshCheck::compareFunction(const ProgramEntity &fresh) {
  const std::vector<const ProgramEntity *> candidates = oldOnes(fresh);
  const PlannedFunction *inPatch = planned(fresh);
  report_.inPatch += inPatch != nullptr;
  // What is new and not in the patch, only new code can refer to; that is compared, too.
  if (candidates.empty())
    return;
  ++report_.functions;
  std::optional<Difference> first;
  for (const ProgramEntity *old : candidates) {
    std::optional<Difference> difference = equality_.functions(*old, fresh);
    if (!difference) {
      if (inPatch && inPatch->base && inPatch->base->name == old->name())
        report_.superfluous.push_back(fmt::format("{}:{}", fresh_.unitIds[fresh.unit], fresh.name()));
      return;
    }
    if (!first)
      first = std::move(difference);
    // The linker kept another unit's copy of an inline function whose source is the same.
    if (fresh.linkage() != Linkage::Internal && base_.unitIds[old->unit] != fresh_.unitIds[fresh.unit] &&
        fresh.linkage() == Linkage::Linkonce && old->function->early == fresh.function->early)
      return;
  }
  if (!inPatch && !isExcused(fresh))
    report_.differences.push_back(
        {"function", fresh_.unitIds[fresh.unit], fresh.name(), fresh.function->place, std::move(*first)});
}

void FreshCheck::compareVariable(const ProgramEntity &fresh) {
  std::vector<const ProgramEntity *> candidates = oldOnes(fresh);
  std::erase_if(candidates, [](const ProgramEntity *old) { return old->variable->constant; });
  if (candidates.empty())
    return;
  ++report_.variables;
  std::optional<Difference> first;
  for (const ProgramEntity *old : candidates) {
    std::optional<Difference> difference = equality_.variables(*old, fresh);
    if (!difference)
      return;
    if (!first)
      first = std::move(difference);
  }
  report_.differences.push_back(
      {"variable", fresh_.unitIds[fresh.unit], fresh.name(), fresh.variable->place, std::move(*first)});
}

// For each unit of the fresh build: how the lines of the changed files that it reads have moved.
Result<std::vector<std::vector<LineMoves>>> lineMoves(const FreshInput &input) {
  std::map<std::string, LineMoves> byFile;
  for (const ChangedFile &file : input.change.changed)
    if (file.oldText && file.newText) {
      LP_TRY_ASSIGN(std::vector<LineHunk> hunks, diffLines(*file.oldText, *file.newText, input.scratch));
      byFile.emplace(normalPath(file.relativePath, "/"), LineMoves(std::move(hunks)));
    }
  std::vector<std::vector<LineMoves>> out;
  for (std::size_t index = 0; index < input.fresh.map.units.size(); ++index) {
    const MapUnit &unit = input.fresh.map.units[index];
    std::set<std::string> read{unit.sourcePath()};
    for (const std::string &file : unit.files)
      read.insert(normalPath(file, unit.directory));
    std::vector<LineMoves> moves;
    for (const std::string &file : read)
      if (const auto found = byFile.find(normalPath(relativeTo(file, input.fresh.unitRoots[index]), "/"));
          found != byFile.end())
        moves.push_back(found->second);
    out.push_back(std::move(moves));
  }
  return out;
}

} // namespace

Result<FreshReport> checkFresh(const FreshInput &input) {
  LP_TRY_ASSIGN(auto lines, lineMoves(input));
  FreshReport report = FreshCheck(input, std::move(lines)).run();
  report.build = input.fresh.path;
  return report;
}

} // namespace livepatch
