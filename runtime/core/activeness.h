// The activeness check: who is still inside code that is about to be replaced?
//
// Pure. Conservative on stack words (any word that could be a return address counts), exact on unwound frames.
#pragma once

#include "runtime/core/address.h"
#include "runtime/core/memory_maps.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace livepatch {

struct WatchedFunction {
  std::string name;
  AddressRange range;
  // The padding NOP. A thread whose instruction pointer is at or before it has not passed the redirect yet: not inside.
  // Absent (a patch's function, which is reached behind the redirect): inside from the first byte on.
  std::optional<RuntimeAddr> entry;
};

struct ThreadSample {
  int threadId = 0;
  RuntimeAddr instruction;
  std::vector<std::uint64_t> stackWords;           // raw words from the stack pointer up; may be empty
  std::optional<std::vector<RuntimeAddr>> returns; // exact return addresses, where unwound: then stackWords is ignored
};

enum class Evidence {
  Running,   // the instruction pointer is inside
  Returning, // an exact frame will return into it
  StackWord, // some stack word looks like a return address: may be stale
  InTransit, // inside a dispatch stub: about to enter old or new code
};

struct Occupant {
  int threadId = 0;
  std::string function;
  RuntimeAddr at; // the address that was found
  Evidence evidence = Evidence::Running;
};

// Prepared once for many looks, because a look happens while threads stand: it must not take longer for more functions.
class OccupantFinder {
public:
  OccupantFinder(std::vector<WatchedFunction> functions, std::vector<AddressRange> stubs);

  // One occupant at most for each thread and function; the strongest evidence wins. Order: threads as given.
  [[nodiscard]] std::vector<Occupant> find(std::span<const ThreadSample> threads) const;

private:
  [[nodiscard]] const WatchedFunction *running(RuntimeAddr instruction) const;
  [[nodiscard]] const WatchedFunction *returning(std::uint64_t address) const;
  [[nodiscard]] const WatchedFunction *holding(RuntimeAddr at) const;
  [[nodiscard]] bool inStub(RuntimeAddr at) const;

  std::vector<WatchedFunction> functions_; // by address; between two addresses lies at most one function
  std::vector<AddressRange> stubs_;
};

// The same for a single look.
[[nodiscard]] std::vector<Occupant> findOccupants(std::span<const ThreadSample> threads,
                                                  std::span<const WatchedFunction> functions,
                                                  std::span<const AddressRange> stubs);

// The words of raw stack bytes (8-byte aligned start), to fill ThreadSample::stackWords.
[[nodiscard]] std::vector<std::uint64_t> stackWords(std::span<const std::uint8_t> bytes);

[[nodiscard]] std::string describe(const Occupant &occupant); // "thread 4711 is inside f (0x401136)"

} // namespace livepatch
