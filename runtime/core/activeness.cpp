#include "runtime/core/activeness.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

namespace livepatch {
OccupantFinder::OccupantFinder(std::vector<WatchedFunction> functions, std::vector<AddressRange> stubs)
    : functions_(std::move(functions)), stubs_(std::move(stubs)) {
  std::erase_if(functions_, [](const WatchedFunction &f) { return f.range.start >= f.range.end; });
  std::sort(functions_.begin(), functions_.end(),
            [](const WatchedFunction &a, const WatchedFunction &b) { return a.range.start < b.range.start; });
}

const WatchedFunction *OccupantFinder::running(RuntimeAddr instruction) const {
  const WatchedFunction *function = holding(instruction);
  if (!function)
    return nullptr;
  // At the padding or before it the thread still executes the redirect, whatever it will be by then.
  return function->entry && instruction <= *function->entry ? nullptr : function;
}

// A call may be a function's last instruction (noreturn): the address behind it belongs to the caller, so the byte
// before the return address decides. A function's first byte is no return address, but it may be where a signal has
// interrupted a thread; that counts where the redirect is already behind it.
const WatchedFunction *OccupantFinder::returning(std::uint64_t address) const {
  const WatchedFunction *function = address == 0 ? nullptr : holding({address - 1});
  if (function)
    return function;
  function = holding({address});
  return function && !function->entry ? function : nullptr;
}

const WatchedFunction *OccupantFinder::holding(RuntimeAddr at) const {
  // Most words of a stack are no addresses of code: a search for each would take longer than the rest of the stop.
  if (functions_.empty() || at < functions_.front().range.start || !(at < functions_.back().range.end))
    return nullptr;
  const auto after = std::upper_bound(functions_.begin(), functions_.end(), at,
                                      [](RuntimeAddr a, const WatchedFunction &f) { return a < f.range.start; });
  const WatchedFunction &candidate = *std::prev(after);
  return candidate.range.contains(at) ? &candidate : nullptr;
}

bool OccupantFinder::inStub(RuntimeAddr at) const {
  return std::any_of(stubs_.begin(), stubs_.end(), [&](const AddressRange &stub) { return stub.contains(at); });
}

std::vector<Occupant> OccupantFinder::find(std::span<const ThreadSample> threads) const {
  std::vector<Occupant> occupants;
  for (const ThreadSample &thread : threads) {
    const std::size_t first = occupants.size();
    // Evidence is looked at from the strongest to the weakest: the first of a function stays.
    const auto add = [&](const std::string &name, RuntimeAddr at, Evidence evidence) {
      const auto known = std::find_if(occupants.begin() + static_cast<std::ptrdiff_t>(first), occupants.end(),
                                      [&](const Occupant &o) { return o.function == name; });
      if (known == occupants.end())
        occupants.push_back({thread.threadId, name, at, evidence});
    };
    if (const WatchedFunction *function = running(thread.instruction))
      add(function->name, thread.instruction, Evidence::Running);
    if (inStub(thread.instruction))
      add("a dispatch stub", thread.instruction, Evidence::InTransit);
    if (thread.returns) {
      for (const RuntimeAddr address : *thread.returns)
        if (const WatchedFunction *function = returning(address.value))
          add(function->name, address, Evidence::Returning);
      continue;
    }
    for (const std::uint64_t word : thread.stackWords) {
      if (const WatchedFunction *function = returning(word))
        add(function->name, {word}, Evidence::StackWord);
      // A signal handler that interrupted a stub: the stub's address lies in the signal frame.
      else if (inStub({word}))
        add("a dispatch stub", {word}, Evidence::StackWord);
    }
  }
  return occupants;
}

std::vector<Occupant> findOccupants(std::span<const ThreadSample> threads, std::span<const WatchedFunction> functions,
                                    std::span<const AddressRange> stubs) {
  return OccupantFinder({functions.begin(), functions.end()}, {stubs.begin(), stubs.end()}).find(threads);
}

std::vector<std::uint64_t> stackWords(std::span<const std::uint8_t> bytes) {
  std::vector<std::uint64_t> words(bytes.size() / sizeof(std::uint64_t));
  if (!words.empty())
    std::memcpy(words.data(), bytes.data(), words.size() * sizeof(std::uint64_t));
  return words;
}

std::string describe(const Occupant &occupant) {
  const char *verb = "";
  switch (occupant.evidence) {
  case Evidence::Running:
    verb = "is inside";
    break;
  case Evidence::Returning:
    verb = "will return into";
    break;
  case Evidence::StackWord:
    verb = "may return into";
    break;
  case Evidence::InTransit:
    verb = "is inside";
    break;
  }
  return fmt::format("thread {} {} {} ({:#x})", occupant.threadId, verb, occupant.function, occupant.at.value);
}

} // namespace livepatch
