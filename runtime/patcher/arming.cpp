#include "runtime/patcher/arming.h"

#include <cstring>
#include <fmt/format.h>

namespace livepatch {
namespace {

std::uint64_t asWord(const EntryWord &bytes) {
  std::uint64_t word;
  static_assert(sizeof word == sizeof bytes);
  std::memcpy(&word, bytes.data(), sizeof word);
  return word;
}

RuntimeAddr someProtectedWord(const RegionHeader &region, const std::vector<EntryWrite> &entries) {
  return entries.empty() ? RuntimeAddr{region.code.start.value} : entries.front().word;
}

} // namespace

Result<void> writeState(const TargetMemory &memory, const RegionHeader &region, RegionState state) {
  auto number = static_cast<std::uint32_t>(state);
  std::uint8_t bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  return memory.write(stateAddress(region.at), bytes);
}

Result<RegionState> readState(const TargetMemory &memory, const RegionHeader &region) {
  std::uint8_t bytes[4];
  LP_TRY(memory.read(stateAddress(region.at), bytes));
  std::uint32_t number;
  std::memcpy(&number, bytes, sizeof number);
  return static_cast<RegionState>(number);
}

Result<void> arm(const TargetSession &session, const RegionHeader &region, const std::vector<EntryWrite> &entries,
                 const std::optional<FindObjectHook> &hook) {
  const TargetMemory &memory = session.memory();
  LP_TRY_ASSIGN(std::optional<BorrowedThread> writer, session.writerFor(someProtectedWord(region, entries)));
  const pid_t tid = writer ? writer->tid() : 0;
  // From here on entries may lead into the region: whoever finds it in this state must not unmap it.
  LP_TRY(writeState(memory, region, RegionState::Arming));
  // The unwinder has to know the patch's code before anybody can be in it.
  if (hook && region.findObjectHook.value)
    LP_TRY(memory.writeWord(hook->slot, region.findObjectHook.value, tid));
  for (const EntryWrite &entry : entries) {
    LP_TRY_ASSIGN(std::uint64_t now, memory.readWord(entry.word));
    // Armed by a tool that was killed before it came to the end.
    if (now == asWord(entry.desired))
      continue;
    if (now != asWord(entry.expected))
      return error(Fault::Refused,
                   fmt::format("the entry at {:#x} of process {} was changed by somebody else meanwhile",
                               entry.word.value, session.process().describe()),
                   "another tool (a debugger with breakpoints, a tracer) is at work on this process");
    LP_TRY(memory.writeWord(entry.word, asWord(entry.desired), tid));
  }
  return writeState(memory, region, RegionState::Armed);
}

Result<void> disarm(const TargetSession &session, const RegionHeader &region, const std::vector<EntryWrite> &entries,
                    const std::optional<FindObjectHook> &hook) {
  const TargetMemory &memory = session.memory();
  LP_TRY_ASSIGN(std::optional<BorrowedThread> writer, session.writerFor(someProtectedWord(region, entries)));
  const pid_t tid = writer ? writer->tid() : 0;
  for (const EntryWrite &entry : entries) {
    LP_TRY_ASSIGN(std::uint64_t now, memory.readWord(entry.word));
    if (now == asWord(entry.desired))
      LP_TRY(memory.writeWord(entry.word, asWord(entry.expected), tid));
  }
  // Only if it is still ours: a newer patch may have put its own lookup in front.
  if (hook && region.findObjectHook.value) {
    LP_TRY_ASSIGN(std::uint64_t now, memory.readWord(hook->slot));
    if (now == region.findObjectHook.value)
      LP_TRY(memory.writeWord(hook->slot, hook->next.value, tid));
  }
  return writeState(memory, region, RegionState::Loaded);
}

} // namespace livepatch
