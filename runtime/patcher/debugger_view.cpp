#include "runtime/patcher/debugger_view.h"

#include <algorithm>
#include <cstring>
#include <elf.h>
#include <fmt/format.h>
#include <optional>

namespace livepatch {
namespace {

// link.h: struct link_map, its public fields, and struct r_debug_extended.
struct LinkMapRecord {
  std::uint64_t bias, name, dynamic, next, previous;
};
struct NamespaceRecord {
  std::uint32_t version, padding;
  std::uint64_t map, breakpoint;
  std::uint32_t state, padding2;
  std::uint64_t loaderBase, next;
};
struct Record {
  NamespaceRecord space;
  LinkMapRecord object;
};
constexpr std::uint32_t versionWithNext = 2;
constexpr std::size_t mostNamespaces = 1024; // glibc has room for 16; the rest are patches
// At the very end of the header pages, so that every tool finds it without being told.
constexpr std::uint64_t recordRoom = 128;
static_assert(sizeof(Record) <= recordRoom);

template <typename Structure>
Result<Structure> readAs(const TargetMemory &memory, RuntimeAddr at) {
  Structure value;
  LP_TRY(memory.read(at, {reinterpret_cast<std::uint8_t *>(&value), sizeof value}));
  return value;
}

template <typename Structure>
Result<void> writeAs(const TargetMemory &memory, RuntimeAddr at, const Structure &value) {
  return memory.write(at, {reinterpret_cast<const std::uint8_t *>(&value), sizeof value});
}

RuntimeAddr recordOf(const RegionHeader &region) {
  return {region.code.start.value - recordRoom};
}

// Where a record holds the address of the next one.
RuntimeAddr nextOf(RuntimeAddr record) {
  return record + offsetof(NamespaceRecord, next);
}

struct Chain {
  RuntimeAddr first;
  std::uint32_t version = 0;
  std::vector<RuntimeAddr> records; // the first one included
  [[nodiscard]] bool has(RuntimeAddr record) const {
    return std::find(records.begin(), records.end(), record) != records.end();
  }
};

// nullopt: this loader has no such chain (older glibc, another C library, a static program).
Result<std::optional<Chain>> readChain(const TargetSession &session) {
  const RuntimeAddr first = session.modules().debugRecord;
  const auto &modules = session.modules().modules;
  const bool extended = std::any_of(modules.begin(), modules.end(), [&](const Module &module) {
    // Both came with glibc 2.35; the loader itself has no symbol that tells its version.
    const auto sameAge = module.view.definitions("_dl_find_object");
    return module.view.soname() == "libc.so.6" && sameAge && !sameAge->empty();
  });
  if (first.value == 0 || !extended)
    return std::optional<Chain>();
  Chain chain{first, 0, {first}};
  LP_TRY_ASSIGN(NamespaceRecord record, readAs<NamespaceRecord>(session.memory(), first));
  chain.version = record.version;
  while (chain.version >= versionWithNext && record.next != 0) {
    const RuntimeAddr next{record.next};
    if (chain.has(next) || chain.records.size() >= mostNamespaces)
      return error(Fault::Format,
                   fmt::format("the list of namespaces of process {} has no end", session.process().describe()));
    chain.records.push_back(next);
    LP_TRY_ASSIGN(record, readAs<NamespaceRecord>(session.memory(), next));
  }
  return std::optional(std::move(chain));
}

Result<void> unlink(const TargetMemory &memory, Chain &chain, RuntimeAddr record) {
  const auto at = std::find(chain.records.begin(), chain.records.end(), record);
  if (at == chain.records.begin() || at == chain.records.end())
    return {};
  // Not the next one that was read: the loader may have appended to the record meanwhile.
  LP_TRY_ASSIGN(const std::uint64_t next, memory.readWord(nextOf(record)));
  LP_TRY(memory.writeWord(nextOf(*(at - 1)), next));
  chain.records.erase(at);
  return {};
}

Result<void> link(const TargetMemory &memory, Chain &chain, RuntimeAddr record) {
  LP_TRY(memory.writeWord(nextOf(record), 0));
  LP_TRY(memory.writeWord(nextOf(chain.records.back()), record.value));
  chain.records.push_back(record);
  if (chain.version >= versionWithNext)
    return {};
  chain.version = versionWithNext; // last: from here on debuggers look at `next`
  return writeAs(memory, chain.first, chain.version);
}

// The record of the patch that was just applied; for any other, what the tool that applied it has written.
Result<bool> prepareRecord(const TargetSession &session, const RegionHeader &region, const PatchFiles *patch) {
  const RuntimeAddr at = recordOf(region);
  if (!patch || patch->identity != region.identity) {
    LP_TRY_ASSIGN(const Record there, readAs<Record>(session.memory(), at));
    return there.space.version == versionWithNext && there.space.map == at.value + sizeof(NamespaceRecord) &&
           there.object.bias == region.bias.value;
  }
  // A region that another tool has laid out may have no room left.
  const std::uint64_t needed = debuggerRecordBytes(patch->objectPath);
  if (region.code.start.value - region.at.value < encodedSize(region) + needed)
    return false;
  LP_TRY_ASSIGN(const ElfView view, ElfView::ofFile(patch->object, patch->name + ".so"));
  const ElfSegment *dynamic = view.segment(PT_DYNAMIC);
  if (!dynamic)
    return false;
  const RuntimeAddr name{region.code.start.value - needed};
  std::vector<std::uint8_t> text(patch->objectPath.begin(), patch->objectPath.end());
  text.push_back(0);
  LP_TRY(session.memory().write(name, text));
  Record record{};
  record.space.version = versionWithNext;
  record.space.map = at.value + sizeof(NamespaceRecord);
  record.object = {region.bias.value, name.value, (region.bias + dynamic->address).value, 0, 0};
  LP_TRY_ASSIGN(record.space.next, session.memory().readWord(nextOf(at))); // it may be in the chain
  LP_TRY(writeAs(session.memory(), at, record));
  return true;
}

} // namespace

std::uint64_t debuggerRecordBytes(const std::string &path) {
  return recordRoom + path.size() + 1;
}

Result<void> showAppliedPatches(TargetSession &session, const PatchFiles *patch) {
  LP_TRY(session.refresh());
  LP_TRY_ASSIGN(std::optional<Chain> chain, readChain(session));
  if (!chain)
    return {};
  for (const RegionHeader &region : session.patches().patches()) {
    if (PatchStack::statusOf(region) != PatchStatus::Applied) {
      LP_TRY(unlink(session.memory(), *chain, recordOf(region)));
      continue;
    }
    LP_TRY_ASSIGN(const bool complete, prepareRecord(session, region, patch));
    if (complete && !chain->has(recordOf(region)))
      LP_TRY(link(session.memory(), *chain, recordOf(region)));
  }
  return {};
}

Result<void> hideFromDebuggers(const TargetSession &session, const RegionHeader &region) {
  LP_TRY_ASSIGN(std::optional<Chain> chain, readChain(session));
  return chain ? unlink(session.memory(), *chain, recordOf(region)) : Result<void>{};
}

} // namespace livepatch
