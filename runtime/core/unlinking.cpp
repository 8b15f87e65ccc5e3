#include "runtime/core/unlinking.h"

#include "runtime/core/region_image.h"

#include <cstring>
#include <fmt/format.h>

namespace livepatch {
namespace {

constexpr std::uint64_t wordSize = sizeof(EntryWord);

template <typename Bytes>
std::uint64_t wordIn(const Bytes &bytes, std::size_t at = 0) {
  std::uint64_t word;
  std::memcpy(&word, &bytes[at], sizeof word);
  return word;
}

class Unlinking {
public:
  Unlinking(const Architecture &architecture, const PatchStack &stack, const RegionHeader &region,
            const MemoryReader &read)
      : architecture_(architecture), stack_(stack), region_(region), read_(read) {}
  [[nodiscard]] Result<std::vector<WordChange>> plan();

private:
  struct Above { // a newer patch's redirect of the same function that goes on to this one
    const RegionHeader *region = nullptr;
    std::size_t redirect = 0;
  };
  [[nodiscard]] std::vector<Above> allAbove(const RegionRedirect &redirect) const;
  [[nodiscard]] bool leadsToAnother(const RegionRedirect &redirect, std::uint64_t word, RuntimeAddr at) const;
  [[nodiscard]] Result<std::uint64_t> readWord(RuntimeAddr at) const;
  [[nodiscard]] Result<void> fromEntry(const EntryWrite &entry, const RegionRedirect &redirect);
  [[nodiscard]] Result<void> fromAbove(const Above &above, const RegionRedirect &redirect);
  [[nodiscard]] Result<void> fromLookup();
  [[nodiscard]] Error strange(const std::string &what) const {
    return error(Fault::Refused, fmt::format("cannot take the patch {} out: {}", region_.name, what),
                 "another tool (a debugger with breakpoints, a tracer) is at work on this process");
  }

  const Architecture &architecture_;
  const PatchStack &stack_;
  const RegionHeader &region_;
  const MemoryReader &read_;
  std::vector<WordChange> changes_;
};

// More than one: a patch whose tool died before it had changed this entry, and one that was applied afterwards.
std::vector<Unlinking::Above> Unlinking::allAbove(const RegionRedirect &redirect) const {
  std::vector<Above> all;
  for (const RegionHeader &other : stack_.patches())
    for (std::size_t i = 0; i < other.redirects.size(); ++i)
      if (other.at != region_.at && other.redirects[i].entry == redirect.entry &&
          other.redirects[i].previousTarget == redirect.stub)
        all.push_back({&other, i});
  return all;
}

Result<std::uint64_t> Unlinking::readWord(RuntimeAddr at) const {
  LP_TRY_ASSIGN(const auto bytes, read_(at, wordSize));
  if (bytes.size() != wordSize)
    return strange(fmt::format("{:#x} cannot be read", at.value));
  return wordIn(bytes);
}

// Where the entry itself leads here it gets back what it held before: nobody is above, or nobody has come so far.
Result<void> Unlinking::fromEntry(const EntryWrite &entry, const RegionRedirect &redirect) {
  LP_TRY_ASSIGN(const std::uint64_t now, readWord(entry.word));
  if (now == wordIn(entry.expected))
    return {};
  if (now != wordIn(entry.desired) && leadsToAnother(redirect, now, entry.word))
    return {}; // a patch above, which goes on to what is below
  if (now != wordIn(entry.desired))
    return strange(
        fmt::format("the entry of {} at {:#x} was changed by somebody else", redirect.name, redirect.entry.value));
  changes_.push_back({entry.word, now, wordIn(entry.expected)});
  return {};
}

bool Unlinking::leadsToAnother(const RegionRedirect &redirect, std::uint64_t word, RuntimeAddr at) const {
  std::uint8_t bytes[wordSize];
  std::memcpy(bytes, &word, wordSize);
  const auto to = architecture_.decodeJump(redirect.entry, std::span(bytes).subspan(redirect.entry - at));
  for (const RegionHeader &other : stack_.patches())
    for (const RegionRedirect &theirs : other.redirects)
      if (to && other.at != region_.at && theirs.entry == redirect.entry && theirs.stub == *to)
        return true;
  return false;
}

// The stub above goes on to what is below. `je rel32` lies so that its number is in one aligned word.
Result<void> Unlinking::fromAbove(const Above &above, const RegionRedirect &redirect) {
  const RegionRedirect &upper = above.region->redirects[above.redirect];
  LP_TRY_ASSIGN(const auto bytes, read_(upper.stub, architecture_.stubSize));
  const auto stub = architecture_.decodeStub(upper.stub, bytes);
  if (!stub || (stub->previous != redirect.stub && stub->previous != redirect.previousTarget))
    return strange(fmt::format("the stub of {} in {} is not as it was", redirect.name, above.region->name));
  LP_TRY_ASSIGN(const auto wanted,
                architecture_.encodeStub({stub->at, stub->flag, redirect.previousTarget, stub->next}));
  std::size_t words = 0;
  for (std::size_t at = 0; at + wordSize <= bytes.size(); at += wordSize)
    if (wordIn(bytes, at) != wordIn(wanted, at)) {
      changes_.push_back({upper.stub + at, wordIn(bytes, at), wordIn(wanted, at)});
      ++words;
    }
  if (words > 1 || upper.stub.value % wordSize != 0)
    return strange(
        fmt::format("the stub of {} in {} cannot be changed in one store", redirect.name, above.region->name));
  // What the upper patch will give back one day. Its `previousTarget` last: by this the two belong together.
  const RuntimeAddr original = originalWordAddress(*above.region, above.redirect);
  changes_.push_back({original, wordIn(upper.originalWord), wordIn(redirect.originalWord)});
  changes_.push_back(
      {previousTargetAddress(*above.region, above.redirect), redirect.stub.value, redirect.previousTarget.value});
  return {};
}

Result<void> Unlinking::fromLookup() {
  if (region_.findObjectHook.value == 0)
    return {};
  const AgentCode &agent = architecture_.agent;
  const auto numberOf = [&](const RegionHeader &region, std::size_t offset) {
    return RuntimeAddr{region.findObjectHook.value - agent.findObjectOffset + offset};
  };
  LP_TRY_ASSIGN(const std::uint64_t owner, readWord(numberOf(region_, agent.headerOffset)));
  LP_TRY_ASSIGN(const std::uint64_t next, readWord(numberOf(region_, agent.findObjectNextOffset)));
  if (owner != region_.at.value)
    return strange("its lookup of unwind tables is of another form");
  LP_TRY_ASSIGN(const std::uint64_t now, readWord(region_.findObjectSlot));
  if (now == region_.findObjectHook.value)
    changes_.push_back({region_.findObjectSlot, now, next});
  for (const RegionHeader &other : stack_.patches()) {
    if (other.findObjectHook.value == 0 || other.at == region_.at)
      continue;
    const RuntimeAddr field = numberOf(other, agent.findObjectNextOffset);
    LP_TRY_ASSIGN(const std::uint64_t leadsTo, readWord(field));
    if (leadsTo == region_.findObjectHook.value)
      changes_.push_back({field, leadsTo, next});
  }
  return {};
}

Result<std::vector<WordChange>> Unlinking::plan() {
  LP_TRY_ASSIGN(const std::vector<EntryWrite> entries, entryWrites(architecture_, region_));
  for (std::size_t i = 0; i < region_.redirects.size(); ++i) {
    const RegionRedirect &redirect = region_.redirects[i];
    LP_TRY(fromEntry(entries[i], redirect));
    for (const Above &upper : allAbove(redirect))
      LP_TRY(fromAbove(upper, redirect));
  }
  LP_TRY(fromLookup());
  return std::move(changes_);
}

} // namespace

Result<std::vector<WordChange>> planUnlinking(const Architecture &architecture, const PatchStack &stack,
                                              const RegionHeader &region, const MemoryReader &read) {
  return Unlinking(architecture, stack, region, read).plan();
}

} // namespace livepatch
