// From a command file to the complete list of what will be written where, verified before anything is touched.
//
// Pure: the process is a snapshot and a way to read its bytes. All or nothing: one command that does not fit fails
// the plan, and the Error lists every one that does not.
#pragma once

#include "runtime/arch/architecture.h"
#include "runtime/core/address.h"
#include "runtime/core/command_file.h"
#include "runtime/core/elf_view.h"
#include "runtime/core/memory_maps.h"
#include "runtime/core/region_header.h"
#include "runtime/core/result.h"
#include "runtime/core/symbol_table.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace livepatch {

using MemoryReader = std::function<Result<std::vector<std::uint8_t>>(RuntimeAddr, std::uint64_t size)>;
// The address that a name has for the target's libraries, for P and guards that name a library's symbol.
using ExternalLookup = std::function<Result<RuntimeAddr>(const std::string &name)>;

struct PlanTarget { // the loaded module for target object i
  std::string name;
  LoadBias bias;
  AddressRange range;
};

struct PlanInput {
  const Architecture &architecture;
  const CommandFile &commands;
  const SymbolTable &symbols; // TargetSymbol::object indexes `targets`
  const ElfView &patch;
  std::span<const PlanTarget> targets;
  std::span<const MemoryMapping> maps;
  std::span<const RegionHeader> regions; // our patches that are already in the process
  MemoryReader read;
  ExternalLookup external; // may be empty
};

struct PlannedRedirect {
  std::string name, patchName;
  std::size_t object = 0;
  RuntimeAddr function, entry;
  std::uint64_t oldSize = 0;
  EntryWord originalWord{};
  RuntimeAddr previousTarget;               // behind the NOP, or the stub of the patch below
  LinkAddr newFunction;                     // in the patch
  std::optional<RuntimeAddr> original = {}; // instead of it: code that is in the process (core/replacement.h)
  std::uint64_t newSize = 0;
};

struct PlannedData {
  std::string name;
  bool pointer = false;
  RuntimeAddr at;
  std::vector<std::uint8_t> fresh;      // complete for V; for P filled in by resolvePointers
  std::optional<LinkAddr> patchPointer; // P at a symbol of the patch: its link-time address
  std::optional<std::vector<std::uint8_t>> guard;
};

struct WritePlan {
  std::vector<PlannedRedirect> redirects; // by entry address
  std::vector<PlannedData> data;          // in the order of the command file
  std::vector<std::string> notes;         // what the user should know: "x: no guard, written unconditionally"
};

// Checks, for every command: the symbol exists once and is of the right kind; the entry holds one of our NOPs in one
// aligned word, or a jump into a stub of ours (a stacked patch); the old function is large enough; no entry twice; data
// lie in writable memory of the module, do not overlap and have the symbol's size or less.
[[nodiscard]] Result<WritePlan> planWrites(const PlanInput &input);

// Fills `fresh` of each P whose value depends on where the patch lies.
void resolvePointers(WritePlan &plan, LoadBias patchBias);

} // namespace livepatch
