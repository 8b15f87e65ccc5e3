#include "runtime/core/activeness.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

namespace livepatch {
namespace {

// Between two addresses lies at most one function: a sorted list finds it.
class FunctionIndex {
public:
  explicit FunctionIndex(std::span<const WatchedFunction> functions) {
    for (const WatchedFunction &function : functions)
      if (function.range.start < function.range.end)
        sorted_.push_back(&function);
    std::sort(sorted_.begin(), sorted_.end(),
              [](const auto *a, const auto *b) { return a->range.start < b->range.start; });
  }

  [[nodiscard]] const WatchedFunction *running(RuntimeAddr instruction) const {
    const WatchedFunction *function = holding(instruction);
    if (!function)
      return nullptr;
    // At the padding or before it the thread still executes the redirect, whatever it will be by then.
    return function->entry && instruction <= *function->entry ? nullptr : function;
  }

  // A call may be a function's last instruction (noreturn): the address behind it belongs to the caller, so the byte
  // before the return address decides. A function's first byte is no return address, but it may be where a signal has
  // interrupted a thread; that counts where the redirect is already behind it.
  [[nodiscard]] const WatchedFunction *returning(std::uint64_t address) const {
    const WatchedFunction *function = address == 0 ? nullptr : holding({address - 1});
    if (function)
      return function;
    function = holding({address});
    return function && !function->entry ? function : nullptr;
  }

private:
  [[nodiscard]] const WatchedFunction *holding(RuntimeAddr at) const {
    const auto after = std::upper_bound(sorted_.begin(), sorted_.end(), at,
                                        [](RuntimeAddr a, const auto *f) { return a < f->range.start; });
    if (after == sorted_.begin())
      return nullptr;
    const WatchedFunction *candidate = *std::prev(after);
    return candidate->range.contains(at) ? candidate : nullptr;
  }

  std::vector<const WatchedFunction *> sorted_;
};

bool inStub(std::span<const AddressRange> stubs, RuntimeAddr at) {
  return std::any_of(stubs.begin(), stubs.end(), [&](const AddressRange &stub) { return stub.contains(at); });
}

} // namespace

std::vector<Occupant> findOccupants(std::span<const ThreadSample> threads, std::span<const WatchedFunction> functions,
                                    std::span<const AddressRange> stubs) {
  const FunctionIndex index(functions);
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
    if (const WatchedFunction *function = index.running(thread.instruction))
      add(function->name, thread.instruction, Evidence::Running);
    if (inStub(stubs, thread.instruction))
      add("a dispatch stub", thread.instruction, Evidence::InTransit);
    if (thread.returns) {
      for (const RuntimeAddr address : *thread.returns)
        if (const WatchedFunction *function = index.returning(address.value))
          add(function->name, address, Evidence::Returning);
      continue;
    }
    for (const std::uint64_t word : thread.stackWords) {
      if (const WatchedFunction *function = index.returning(word))
        add(function->name, {word}, Evidence::StackWord);
      // A signal handler that interrupted a stub: the stub's address lies in the signal frame.
      else if (inStub(stubs, {word}))
        add("a dispatch stub", {word}, Evidence::StackWord);
    }
  }
  return occupants;
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
