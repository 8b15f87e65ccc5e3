// The state of one patch as it lies in the target: the only state there is (the tools keep none).
//
// A region is one reserved range: guard | header and tables (RW) | mark (RW) | stubs and agent (RX) | the patch's
// segments | guard.
// Here the header becomes bytes and back. Target memory may be garbage: decoding checks everything. No native
// pointers and no native struct layout in the bytes: little-endian numbers at fixed places (core/region_offsets.h).
#pragma once

#include "runtime/core/address.h"
#include "runtime/core/content_hash.h"
#include "runtime/core/elf_view.h"
#include "runtime/core/memory_maps.h"
#include "runtime/core/region_offsets.h"
#include "runtime/core/result.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace livepatch {

enum class RegionState : std::uint32_t {
  Filling = LP_STATE_FILLING,
  Loaded = LP_STATE_LOADED,
  Arming = LP_STATE_ARMING,
  Armed = LP_STATE_ARMED,
  Committing = LP_STATE_COMMITTING,
  Committed = LP_STATE_COMMITTED,
  Reverting = LP_STATE_REVERTING,
  Reverted = LP_STATE_REVERTED,
  Retired = LP_STATE_RETIRED,
};

enum class DataState : std::uint32_t {
  Unwritten = LP_DATA_UNWRITTEN,
  Written = LP_DATA_WRITTEN,
  Left = LP_DATA_LEFT,
  Writing = LP_DATA_WRITING,
  Restoring = LP_DATA_RESTORING,
  Kept = LP_DATA_KEPT,
};

using EntryWord = std::array<std::uint8_t, 8>; // the aligned 8 bytes that hold a patchable entry

struct RegionRedirect {
  std::string name;          // of the target's function
  RuntimeAddr function;      // its first byte
  std::uint64_t oldSize = 0; // 0: unknown
  RuntimeAddr entry;         // the padding NOP
  EntryWord originalWord{};  // what stood in the aligned word around `entry` before this patch
  RuntimeAddr stub;
  RuntimeAddr newFunction;
  std::uint64_t newSize = 0;
  RuntimeAddr previousTarget; // where the stub goes while the flag is 0

  // Leads back to the program's own body: the patch takes the place of one that changed this function, and does not
  // change it itself. (An entry has less room than this before the body goes on.)
  [[nodiscard]] bool toOriginal() const {
    return newFunction > entry && newFunction.value - entry.value <= sizeof(EntryWord);
  }
};

struct RegionData {
  std::string name;
  bool pointer = false; // P, else V
  RuntimeAddr at;
  std::optional<std::vector<std::uint8_t>> guard;
  std::vector<std::uint8_t> fresh; // what the patch writes
  std::vector<std::uint8_t> saved; // what was there; meaningful once written. As long as `fresh`.
  DataState state = DataState::Unwritten;
  RuntimeAddr handDown; // at revert: give `saved` to the newer patch whose saved bytes are here (0: none)
};

struct RegionUnwind { // one executable range of the patch and its PT_GNU_EH_FRAME
  AddressRange text;
  RuntimeAddr ehFrameHeader;
};

struct RegionHeader {
  RuntimeAddr at;             // of this header
  AddressRange reserved;      // the whole region, guards included
  std::uint64_t sequence = 0; // 1, 2, ...: the order in which patches were armed = their order in the stub chains
  RegionState state = RegionState::Filling;
  std::uint32_t leftCount = 0;
  bool active = false;
  bool closed = false; // the agent is switching it: calls of its functions wait until that is done
  bool closedToRevert = false;
  std::string name;
  ContentHash identity{};     // of the patch's content: same identity, same patch
  std::string buildId;        // of the first target object, lower-case hex, at most 32 bytes
  AddressRange code;          // stubs and agent
  AddressRange image;         // the patch's segments
  LoadBias bias;              // of the patch
  RuntimeAddr agentCommit;    // entry of the commit and revert routine
  RuntimeAddr agentSyscall;   // entry of the remote system call stub
  RuntimeAddr agentWait;      // where callers wait while it is closed
  RuntimeAddr mark;           // a number that tells a child from the process that began a switch; 0: none is needed
  RuntimeAddr findObjectHook; // 0: the patch needs none
  RuntimeAddr findObjectSlot; // the GOT slot that holds the hook's address; 0: none
  std::vector<RegionRedirect> redirects;
  std::vector<RegionData> data;
  std::vector<RegionUnwind> unwind;
  std::vector<ContentHash> parents; // identities of the patches that this one needs below it
  // While this patch is being switched on: the applied patches whose place it takes, newest first. Null: unused.
  std::vector<RuntimeAddr> replaced;
  std::vector<AddressRange> islands; // further stub pages near modules that `code` cannot reach
};

// Bytes of header and tables. Depends on counts and lengths only, so it can be asked before addresses are known.
[[nodiscard]] std::uint64_t encodedSize(const RegionHeader &header);
[[nodiscard]] Result<std::vector<std::uint8_t>> encodeRegion(const RegionHeader &header);

// A patch that a livepatch of another version has put there: what the fields say that mean the same in all versions.
struct ForeignRegion {
  RuntimeAddr at;
  std::uint32_t version = 0;
  std::string name; // empty where it is none
  ContentHash identity{};
  bool active = false;
};
// Whether they begin a region header at all, be it of another version or damaged.
[[nodiscard]] bool isRegionHeader(RuntimeAddr at, Bytes bytes);
[[nodiscard]] std::uint32_t regionFormatVersion(); // that this program writes and reads
[[nodiscard]] std::optional<ForeignRegion> probeForeignRegion(RuntimeAddr at, Bytes bytes);

// Whether `bytes` (at least LP_REGION_FIXED_SIZE, read at `at`) begin a region header of this version, and then how
// many bytes decodeRegion needs. nullopt: something else lies there.
[[nodiscard]] std::optional<std::uint64_t> probeRegion(RuntimeAddr at, Bytes bytes);
[[nodiscard]] Result<RegionHeader> decodeRegion(RuntimeAddr at, Bytes bytes);

// Fixed part and tables, without names and values: addresses that are the tools' own.
[[nodiscard]] AddressRange tablesOf(const RegionHeader &header);

// Where single fields are, for tools that change one of them.
[[nodiscard]] inline RuntimeAddr flagAddress(RuntimeAddr header) {
  return header + LP_REGION_FLAG;
}
[[nodiscard]] inline RuntimeAddr stateAddress(RuntimeAddr header) {
  return header + LP_REGION_STATE;
} // 4 bytes
[[nodiscard]] RuntimeAddr dataStateAddress(const RegionHeader &header, std::size_t dataIndex); // 4 bytes
[[nodiscard]] RuntimeAddr handDownAddress(const RegionHeader &header, std::size_t dataIndex);  // 8 bytes
[[nodiscard]] RuntimeAddr savedAddress(const RegionHeader &header, std::size_t dataIndex);     // as many as `fresh`

[[nodiscard]] RuntimeAddr originalWordAddress(const RegionHeader &header, std::size_t redirectIndex);   // 8 bytes
[[nodiscard]] RuntimeAddr previousTargetAddress(const RegionHeader &header, std::size_t redirectIndex); // 8 bytes
[[nodiscard]] RuntimeAddr replacedAddress(const RegionHeader &header); // of the list: 8 bytes for each

[[nodiscard]] const char *stateName(RegionState state); // "armed"

} // namespace livepatch
