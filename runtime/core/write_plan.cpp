#include "runtime/core/write_plan.h"

#include "runtime/core/hex.h"
#include "runtime/core/write_plan_data.h"

#include <algorithm>
#include <elf.h>
#include <fmt/format.h>

namespace livepatch {
namespace {

constexpr std::uint64_t wordSize = sizeof(EntryWord);
constexpr std::size_t entryWindow = 16; // endbr64, fill and padding lie within

class RedirectPlanner {
public:
  explicit RedirectPlanner(const PlanInput &input) : input_(input) {}
  [[nodiscard]] Result<PlannedRedirect> plan(const Command &command) const;

private:
  struct Entry {
    std::uint64_t offset = 0; // from the function's first byte
    RuntimeAddr previousTarget;
  };
  [[nodiscard]] Result<void> findNewFunction(const Command &command, PlannedRedirect &redirect) const;
  [[nodiscard]] Result<Entry> findEntry(const TargetSymbol &symbol, RuntimeAddr function) const;
  [[nodiscard]] std::optional<RuntimeAddr> ownStub(RuntimeAddr entry, std::span<const std::uint8_t> bytes) const;
  [[nodiscard]] Result<std::vector<std::uint8_t>> firstBytes(const std::string &name, RuntimeAddr function) const;

  const PlanInput &input_;
};

Error cannotRedirect(const std::string &name, const std::string &why, std::string remedy = {}) {
  return error(Fault::Refused, fmt::format("cannot redirect {}: {}", name, why), std::move(remedy));
}

Result<void> RedirectPlanner::findNewFunction(const Command &command, PlannedRedirect &redirect) const {
  LP_TRY_ASSIGN(const auto definitions, input_.patch.definitions(command.patch.name));
  if (definitions.empty())
    return error(Fault::NotFound, fmt::format("the patch does not export {}", command.patch.name),
                 "the function must be global in the patch, and not hidden");
  const ElfSymbol &symbol = definitions.front();
  if (symbol.type != STT_FUNC && symbol.type != STT_NOTYPE)
    return cannotRedirect(command.target.name, fmt::format("{} in the patch is no function", command.patch.name));
  const auto holds = [&](const ElfSegment &s) {
    return s.type == PT_LOAD && (s.flags & PF_X) && s.address <= symbol.value && symbol.value < s.end();
  };
  if (std::none_of(input_.patch.segments().begin(), input_.patch.segments().end(), holds))
    return cannotRedirect(command.target.name, fmt::format("{} in the patch is no code", command.patch.name));
  redirect.newFunction = symbol.value;
  redirect.newSize = symbol.size;
  return {};
}

Result<std::vector<std::uint8_t>> RedirectPlanner::firstBytes(const std::string &name, RuntimeAddr function) const {
  const MemoryMapping *mapping = mappingAt(input_.maps, function);
  if (!mapping || !mapping->executable)
    return cannotRedirect(name, fmt::format("there is no code at {:#x}", function.value),
                          "the mapfile or the patch belongs to another build of the target");
  return input_.read(function, std::min<std::uint64_t>(entryWindow, mapping->range.end.value - function.value));
}

std::optional<RuntimeAddr> RedirectPlanner::ownStub(RuntimeAddr entry, std::span<const std::uint8_t> bytes) const {
  const auto to = input_.architecture.decodeJump(entry, bytes);
  if (!to)
    return std::nullopt;
  for (const RegionHeader &region : input_.regions)
    for (const RegionRedirect &redirect : region.redirects)
      if (redirect.stub == *to && redirect.entry == entry)
        return to;
  return std::nullopt;
}

Result<RedirectPlanner::Entry> RedirectPlanner::findEntry(const TargetSymbol &symbol, RuntimeAddr function) const {
  if (symbol.padding && symbol.padding->kind == PaddingKind::None)
    return cannotRedirect(symbol.qualifiedName(), "it was compiled without patchable entry padding",
                          "compile the target with livepatch-clang or livepatch_target_patchable()");
  LP_TRY_ASSIGN(const std::vector<std::uint8_t> bytes, firstBytes(symbol.qualifiedName(), function));
  const std::span<const std::uint8_t> window(bytes);
  const auto at = [&](std::uint64_t offset) { return window.subspan(std::min<std::size_t>(offset, window.size())); };

  if (symbol.padding) {
    const std::uint64_t offset = symbol.padding->offset;
    if (input_.architecture.isEntryPadding(at(offset)))
      return Entry{offset, function + (offset + input_.architecture.entrySize)};
    if (const auto stub = ownStub(function + offset, at(offset)))
      return Entry{offset, *stub};
  } else {
    // Plain nm says nothing of padding: the process's own bytes do.
    if (const auto offset = input_.architecture.findEntryPadding(window))
      return Entry{*offset, function + (*offset + input_.architecture.entrySize)};
    for (std::uint64_t offset = 0; offset < window.size(); ++offset)
      if (const auto stub = ownStub(function + offset, at(offset)))
        return Entry{offset, *stub};
  }
  return cannotRedirect(symbol.qualifiedName(),
                        fmt::format("its entry at {:#x} holds {}, which is neither the padding nor a redirect of ours",
                                    function.value, hexText(window)),
                        "it was compiled without padding, the mapfile is of another build, or another tool patched it");
}

Result<PlannedRedirect> RedirectPlanner::plan(const Command &command) const {
  LP_TRY_ASSIGN(const TargetSymbol symbol, input_.symbols.find(command.target.name));
  const std::string name = symbol.qualifiedName();
  if (symbol.kind != SymbolKind::Function && symbol.kind != SymbolKind::Unknown)
    return cannotRedirect(name, symbol.kind == SymbolKind::Ifunc
                                    ? "it is an indirect function: its symbol is a resolver"
                                    : "it is no function");
  if (symbol.object >= input_.targets.size())
    return cannotRedirect(name, "its object is not loaded");
  const PlanTarget &target = input_.targets[symbol.object];
  PlannedRedirect redirect;
  redirect.name = command.target.name;
  redirect.patchName = command.patch.name;
  redirect.object = symbol.object;
  redirect.function = target.bias + symbol.address;
  redirect.oldSize = symbol.size;
  if (!target.range.contains(redirect.function))
    return cannotRedirect(name, fmt::format("{:#x} lies outside of {}", redirect.function.value, target.name),
                          "the mapfile belongs to another build of the target");
  LP_TRY(findNewFunction(command, redirect));
  LP_TRY_ASSIGN(const Entry entry, findEntry(symbol, redirect.function));
  const std::size_t entrySize = input_.architecture.entrySize;
  if (symbol.size != 0 && symbol.size < entry.offset + entrySize)
    return cannotRedirect(name, fmt::format("it has only {} bytes", symbol.size));
  redirect.entry = redirect.function + entry.offset;
  redirect.previousTarget = entry.previousTarget;
  // One aligned 8-byte store changes the entry while other processors execute it; across a word border it would tear.
  const RuntimeAddr word{redirect.entry.value & ~(wordSize - 1)};
  if (redirect.entry.value - word.value + entrySize > wordSize)
    return cannotRedirect(name, fmt::format("its padding at {:#x} crosses an 8-byte border", redirect.entry.value));
  LP_TRY_ASSIGN(const auto bytes, input_.read(word, wordSize));
  if (bytes.size() != wordSize)
    return cannotRedirect(name, "its entry cannot be read");
  std::copy(bytes.begin(), bytes.end(), redirect.originalWord.begin());
  return redirect;
}

// The outcome of all commands: a plan, or all that is wrong with them.
class Problems {
public:
  void add(const Command &command, Error problem) {
    if (command.line != 0)
      problem.message = fmt::format("line {}: {}", command.line, problem.message);
    problems_.push_back(std::move(problem));
  }
  [[nodiscard]] bool none() const { return problems_.empty(); }
  [[nodiscard]] Error asError() && {
    if (problems_.size() == 1)
      return std::move(problems_.front());
    std::string message = fmt::format("the patch does not fit, {} commands cannot be done:", problems_.size());
    for (const Error &problem : problems_)
      message += "\n  " + problem.message;
    return error(problems_.front().fault, std::move(message), std::move(problems_.front().remedy));
  }

private:
  std::vector<Error> problems_;
};

} // namespace

Result<WritePlan> planWrites(const PlanInput &input) {
  const RedirectPlanner redirects(input);
  const DataPlanner data(input);
  WritePlan plan;
  Problems problems;
  for (const Command &command : input.commands) {
    if (command.kind == CommandKind::Jump) {
      auto redirect = redirects.plan(command);
      if (!redirect) {
        problems.add(command, std::move(redirect).failure());
        continue;
      }
      const auto twice = [&](const PlannedRedirect &other) { return other.entry == redirect->entry; };
      const auto other = std::find_if(plan.redirects.begin(), plan.redirects.end(), twice);
      if (other != plan.redirects.end())
        problems.add(command,
                     cannotRedirect(redirect->name, fmt::format("it is the same function as {}", other->name)));
      else
        plan.redirects.push_back(std::move(*redirect));
      continue;
    }
    auto entry = data.plan(command, plan.notes);
    if (!entry) {
      problems.add(command, std::move(entry).failure());
      continue;
    }
    const auto overlaps = [&](const PlannedData &other) {
      return AddressRange{other.at, other.at + other.fresh.size()}.overlaps(
          {entry->at, entry->at + entry->fresh.size()});
    };
    const auto other = std::find_if(plan.data.begin(), plan.data.end(), overlaps);
    if (other != plan.data.end())
      problems.add(command, error(Fault::Refused, fmt::format("cannot write {}: {} is written already by this patch",
                                                              entry->name, other->name)));
    else
      plan.data.push_back(std::move(*entry));
  }
  if (!problems.none())
    return std::move(problems).asError();
  std::sort(plan.redirects.begin(), plan.redirects.end(),
            [](const PlannedRedirect &a, const PlannedRedirect &b) { return a.entry < b.entry; });
  return plan;
}

void resolvePointers(WritePlan &plan, LoadBias patchBias) {
  for (PlannedData &data : plan.data)
    if (data.patchPointer)
      data.fresh = pointerBytes(patchBias + *data.patchPointer);
}

} // namespace livepatch
