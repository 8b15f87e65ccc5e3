#include "runtime/patcher/giving_back.h"

#include "runtime/core/unlinking.h"
#include "runtime/linux/memory_search.h"
#include "runtime/linux/thread_stop.h"
#include "runtime/linux/urgent_section.h"
#include "runtime/patcher/arming.h"
#include "runtime/patcher/region_placement.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <thread>

namespace livepatch {
namespace {

constexpr int mostLooks = 20;
constexpr auto pauseBetweenLooks = std::chrono::milliseconds(5);
constexpr std::uint64_t redZone = 128;             // psABI x86-64, 3.2.2
constexpr std::uint64_t pointerGuardOffset = 0x30; // tcbhead_t of glibc, behind fs
constexpr std::int64_t mostAboveThread = 64 << 10; // the control block and the static TLS end a thread's stack

MemoryReturn kept(std::string why) {
  return {false, std::move(why), {}};
}

std::vector<AddressRange> rangesOf(const RegionHeader &region) {
  std::vector<AddressRange> ranges{region.reserved};
  ranges.insert(ranges.end(), region.islands.begin(), region.islands.end());
  return ranges;
}

bool leadsInto(const RegionHeader &patch, const AddressRange &image) {
  return std::any_of(
             patch.redirects.begin(), patch.redirects.end(),
             [&](const RegionRedirect &r) { return image.contains(r.function) || image.contains(r.newFunction); }) ||
         std::any_of(patch.data.begin(), patch.data.end(), [&](const RegionData &d) { return image.contains(d.at); });
}

// Another patch that cannot do without it.
std::string neededBy(const PatchStack &stack, const RegionHeader &region) {
  for (const RegionHeader &other : stack.patches()) {
    const PatchStatus status = PatchStack::statusOf(other);
    if (status == PatchStatus::InMotion)
      return fmt::format("the patch {} is being switched", other.name);
    if (other.at != region.at && status != PatchStatus::Abandoned &&
        std::find(other.parents.begin(), other.parents.end(), region.identity) != other.parents.end())
      return fmt::format("the patch {} was built on it", other.name);
    if (other.at != region.at && status != PatchStatus::Abandoned && leadsInto(other, region.image))
      return fmt::format("the patch {} leads to functions or variables of it", other.name);
  }
  return {};
}

// Whether the patch itself hands out addresses of its functions or variables. A function's address may be with the
// kernel (a signal handler) or on its way through a pipe, a variable's too (epoll): no search would find it there.
// Constants do not count: text and tables are read, and whoever keeps their address keeps it in memory.
Result<std::string> handsOut(const TargetSession &session, const RegionHeader &region) {
  const auto isHandle = [&](RuntimeAddr at) {
    const MemoryMapping *mapping = region.image.contains(at) ? mappingAt(session.maps(), at) : nullptr;
    return mapping && (mapping->executable || mapping->writable);
  };
  const auto what = [&](RuntimeAddr at) {
    for (const RegionRedirect &redirect : region.redirects)
      if (AddressRange{redirect.newFunction, redirect.newFunction + std::max<std::uint64_t>(redirect.newSize, 1)}
              .contains(at))
        return fmt::format("the patch hands out the address of {}, which may be anywhere", redirect.name);
    return fmt::format("the patch hands out the address of a {} of its own, which may be anywhere",
                       mappingAt(session.maps(), at)->executable ? "function" : "variable");
  };
  for (const MemoryMapping &mapping : session.maps()) {
    if (!region.image.overlaps(mapping.range) || !mapping.readable)
      continue;
    LP_TRY_ASSIGN(const auto bytes, session.memory().read(mapping.range.start, mapping.range.size()));
    if (mapping.executable) {
      for (const RuntimeAddr at : session.architecture().addressesFormed(mapping.range.start, bytes))
        if (isHandle(at))
          return what(at);
      continue;
    }
    for (std::size_t i = 0; i + sizeof(RuntimeAddr) <= bytes.size(); i += sizeof(RuntimeAddr)) {
      RuntimeAddr word;
      std::memcpy(&word.value, &bytes[i], sizeof word.value);
      if (isHandle(word))
        return what(word);
    }
  }
  return std::string();
}

// A stack that the C library has made: alone in its mapping, with a guard below and the thread's control block at its
// upper end. Only of such a one it is known that what lies below the stack pointer is dead.
const MemoryMapping *ownStack(std::span<const MemoryMapping> maps, const SeizedThread &thread) {
  const MemoryMapping *stack = mappingAt(maps, {thread.registers().rsp});
  if (!stack || stack->path == "[stack]")
    return stack;
  const RuntimeAddr control{thread.registers().fs_base};
  const MemoryMapping *guard = mappingAt(maps, {stack->range.start.value - 1});
  const bool guarded = guard && !guard->readable && !guard->writable && !guard->executable;
  return guarded && stack->range.contains(control) && stack->range.end - control < mostAboveThread ? stack : nullptr;
}

std::vector<AddressRange> deadStacks(std::span<const MemoryMapping> maps, const ThreadStop &stop) {
  std::vector<AddressRange> dead;
  for (auto group : {stop.sleepers(), stop.others()})
    for (const SeizedThread &thread : group)
      if (const MemoryMapping *stack = thread.stopped() ? ownStack(maps, thread) : nullptr)
        if (const RuntimeAddr end{thread.registers().rsp - redZone}; stack->range.start < end)
          dead.push_back({stack->range.start, end});
  return dead;
}

struct Look {
  std::string why; // empty: nothing was found
  bool worthAnother = false;
};

// Everybody stands still: registers first, then all memory.
Result<Look> look(TargetSession &session, const RegionHeader &region, std::chrono::microseconds &stopped) {
  LP_TRY_ASSIGN(ThreadStop stop, ThreadStop::seize(session.process()));
  Result<Look> outcome = [&]() -> Result<Look> {
    UrgentSection urgent;
    LP_TRY(stop.stopSleepers());
    LP_TRY(stop.stopTheRest());
    // Within the stop: nothing may have been mapped since.
    LP_TRY_ASSIGN(const std::string text, session.process().mapsText());
    LP_TRY_ASSIGN(const std::vector<MemoryMapping> maps, parseMemoryMaps(text));
    std::uint64_t guard = 0;
    for (auto group : {stop.sleepers(), stop.others()})
      for (const SeizedThread &thread : group)
        if (const auto word = session.memory().readWord({thread.registers().fs_base + pointerGuardOffset}))
          guard = *word; // the same for all threads
    const AddressSearch search(rangesOf(region), guard);
    for (auto group : {stop.sleepers(), stop.others()})
      for (const SeizedThread &thread : group)
        if (thread.stopped() && registersHold(thread, search))
          return Look{fmt::format("thread {} is inside, or has an address of it in a register", thread.tid()), true};
    std::vector<AddressRange> skipped = deadStacks(maps, stop);
    for (const AddressRange &own : rangesOf(region))
      skipped.push_back(own);
    // What the tools' own tables lead to is known: neededBy, unlinking. The lists of replaced patches are old ones.
    for (const RegionHeader &patch : session.patches().patches()) {
      skipped.push_back(tablesOf(patch));
      skipped.push_back({replacedAddress(patch), patch.code.start}); // and the records for debuggers behind it
    }
    LP_TRY_ASSIGN(const auto found, searchMemory(session.process(), session.memory(), maps, skipped, search));
    if (!found)
      return Look{};
    const MemoryMapping *where = mappingAt(maps, *found);
    const std::string place = where && !where->path.empty() ? " (" + where->path + ")" : "";
    return Look{fmt::format("an address of it is in the process's memory at {:#x}{}", found->value, place), true};
  }();
  stop.resumeAll();
  stopped = std::max(stopped, std::chrono::duration_cast<std::chrono::microseconds>(stop.stopOfSleeping()));
  return outcome;
}

// How long such a search takes, tried while the process runs.
Result<std::chrono::microseconds> searchTime(TargetSession &session) {
  const auto began = Clock::now();
  const AddressSearch nothing({{{1}, {1}}}, 1);
  LP_TRY(searchMemory(session.process(), session.memory(), session.maps(), {}, nothing));
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began);
}

Result<MemoryReturn> provedUnused(TargetSession &session, const RegionHeader &region,
                                  std::chrono::milliseconds longestStop) {
  if (const std::string by = neededBy(session.patches(), region); !by.empty())
    return kept(by);
  LP_TRY_ASSIGN(std::string handle, handsOut(session, region));
  if (!handle.empty())
    return kept(std::move(handle));
  LP_TRY_ASSIGN(const auto takes, searchTime(session));
  if (takes > longestStop)
    return kept(fmt::format("to search the process's memory takes {} ms, during which it would stand still",
                            std::chrono::duration_cast<std::chrono::milliseconds>(takes).count()));
  MemoryReturn outcome;
  for (int looks = 0; looks < mostLooks; ++looks) {
    if (looks)
      std::this_thread::sleep_for(pauseBetweenLooks);
    Result<Look> seen = look(session, region, outcome.stopped);
    if (!seen && seen.failure().fault != Fault::Busy)
      return std::move(seen).failure();
    outcome.why = seen ? std::move(seen->why) : seen.failure().message; // a stop that took too long tells nothing
    outcome.given = outcome.why.empty();
    if (outcome.given || (seen && !seen->worthAnother))
      break;
  }
  return outcome;
}

} // namespace

Result<bool> removeRetired(TargetSession &session, const RegionHeader &region) {
  const TargetMemory &memory = session.memory();
  const MemoryReader read = [&memory](RuntimeAddr at, std::uint64_t size) { return memory.read(at, size); };
  LP_TRY_ASSIGN(const std::vector<WordChange> changes,
                planUnlinking(session.architecture(), session.patches(), region, read));
  {
    LP_TRY_ASSIGN(std::optional<BorrowedThread> writer, session.writerFor(region.code.start));
    for (const WordChange &change : changes)
      LP_TRY(memory.writeWord(change.word, change.desired, writer ? writer->tid() : 0));
  }
  // From here on it is like a region that was never armed.
  LP_TRY(writeState(memory, region, RegionState::Loaded));
  LP_TRY_ASSIGN(const bool removed, removeRegion(session, region));
  LP_TRY(session.refresh());
  return removed;
}

Result<MemoryReturn> giveBack(TargetSession &session, const RegionHeader &found,
                              std::chrono::milliseconds longestStop) {
  const RegionHeader region = found; // the session's copies go when it is refreshed
  Result<MemoryReturn> proof = provedUnused(session, region, longestStop);
  // That some memory cannot be searched is no failure of the revert.
  if (!proof && !session.targetIsGone())
    return kept(proof.failure().message);
  if (!proof || !proof->given)
    return proof;
  // Nobody can come in any more, for the flag is off and other tools are locked out: a tool that dies now leaves a
  // region that the next one takes out.
  LP_TRY(writeState(session.memory(), region, RegionState::Retired));
  LP_TRY_ASSIGN(proof->given, removeRetired(session, region));
  if (!proof->given)
    proof->why = "a thread stays inside of its entries; the next livepatch for this process unmaps it";
  return proof;
}

} // namespace livepatch
