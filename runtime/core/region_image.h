// The finished bytes of a patch region's header and code, and the entry words that arm it.
//
// The last pure step: everything is known (plan, addresses), nothing has been written yet.
#pragma once

#include "runtime/arch/architecture.h"
#include "runtime/core/address.h"
#include "runtime/core/content_hash.h"
#include "runtime/core/image_layout.h"
#include "runtime/core/region_header.h"
#include "runtime/core/result.h"
#include "runtime/core/write_plan.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace livepatch {

struct FindObjectHook { // put in front of _dl_find_object in one GOT slot
  RuntimeAddr slot;
  RuntimeAddr next; // what the hook asks for addresses that are not the patch's: the real function, or an older hook
};

struct RegionIdentity {
  std::string name;
  ContentHash content{};
  std::string buildId;
  std::uint64_t sequence = 1;
  std::vector<ContentHash> parents = {};
  std::vector<RuntimeAddr> replaced = {}; // headers, newest first
};

// Sizes first (to choose an address), ...
[[nodiscard]] std::uint64_t regionHeaderBytes(const WritePlan &plan, const RegionIdentity &identity,
                                              std::size_t unwindRanges, std::size_t islands);
[[nodiscard]] std::vector<RegionUnwind> unwindRanges(const ElfView &patch, LoadBias bias);
[[nodiscard]] std::uint64_t regionCodeBytes(const Architecture &architecture, const WritePlan &plan);
// ... then everything else.
struct Island { // RX pages with stubs near one module, mapped apart because `code` cannot reach that module
  std::size_t object = 0;
  AddressRange range;
};
struct RegionRequest {
  const Architecture &architecture;
  const WritePlan &plan; // pointers resolved
  const RegionIdentity &identity;
  const ElfView &patch;
  RegionLayout layout;
  RuntimeAddr start;
  std::vector<Island> islands; // empty in the usual case
  std::optional<FindObjectHook> hook;
};

struct EntryWrite {
  RuntimeAddr word; // 8-byte aligned
  EntryWord expected, desired;
};

struct IslandImage {
  AddressRange range;
  std::vector<std::uint8_t> bytes;
};

struct RegionImage {
  RegionHeader header;
  std::vector<std::uint8_t> headerBytes; // state Filling; the tool sets Loaded when all is in place
  std::vector<std::uint8_t> codeBytes;
  std::vector<IslandImage> islands;
  std::vector<EntryWrite> entries;
};

[[nodiscard]] Result<RegionImage> buildRegion(const RegionRequest &request);

// The words that arm a region that is already there (a tool died between Loaded and Armed).
[[nodiscard]] Result<std::vector<EntryWrite>> entryWrites(const Architecture &architecture, const RegionHeader &header);

} // namespace livepatch
