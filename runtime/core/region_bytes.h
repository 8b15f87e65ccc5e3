// The bytes of a region header as structs: what region_encode.cpp writes and region_decode.cpp reads.
//
// The tables follow the fixed part in one order and without gaps, so an offset that differs is damage.
#pragma once

#include "runtime/core/region_header.h"

#include <bit>
#include <cstddef>
#include <cstring>

namespace livepatch {

static_assert(std::endian::native == std::endian::little, "the header's numbers are little-endian");

struct FixedBytes {
  char magic[8];
  std::uint32_t version, fixedSize;
  std::uint64_t at, reservedStart, reservedEnd, totalBytes, sequence;
  std::uint32_t state, left;
  std::uint8_t flag, reserved2[7];
  std::uint64_t agentWait; // never changes
  std::uint8_t flagLine[48];
  std::uint8_t identity[32];
  char name[120];
  std::uint32_t redirectCount, redirectOffset, islandCount, islandOffset;
  std::uint32_t dataCount, dataOffset, unwindCount, unwindOffset;
  std::uint32_t bytesOffset, bytesSize;
  std::uint64_t codeStart, codeEnd, imageStart, imageEnd, bias;
  std::uint64_t agentCommit, agentSyscall, findObjectHook, findObjectSlot;
  std::uint32_t buildIdSize, reserved0;
  std::uint8_t buildId[32];
  std::uint32_t parentCount, parentOffset;     // identities, 32 bytes each, behind all names and values
  std::uint32_t replacedCount, replacedOffset; // addresses of headers, 8 bytes each, behind the parents
  std::uint64_t mark;                          // address of a page of its own
  std::uint8_t reserved1[56];
};

struct RedirectBytes {
  std::uint64_t function, oldSize, entry;
  std::uint8_t originalWord[8];
  std::uint64_t stub, newFunction, newSize, previousTarget;
  std::uint32_t nameOffset, nameSize;
};

struct DataBytes {
  std::uint64_t address;
  std::uint32_t length, flags, state, guard, fresh, saved;
  std::uint64_t handDown;
  std::uint32_t nameOffset, nameSize;
  std::uint64_t reserved[2];
};

struct UnwindBytes {
  std::uint64_t start, end, ehFrameHeader;
};

struct IslandBytes {
  std::uint64_t start, end;
};

inline constexpr char regionMagic[8] = {'L', 'P', 'R', 'E', 'G', 'I', 'O', 'N'};
// A reader of another version relies on nothing but the fields up to `name`, which mean the same in every version.
inline constexpr std::uint32_t regionVersion = 3;
inline constexpr std::uint32_t dataFlagPointer = 1;
// No patch comes near it; a garbage size must not make a tool read or allocate without end.
inline constexpr std::uint64_t maximumRegionHeader = std::uint64_t{64} << 20;

// Offsets of the tables for given counts.
struct TableOffsets {
  std::uint64_t redirects, data, unwind, islands, bytes;
  TableOffsets(std::uint64_t redirectCount, std::uint64_t dataCount, std::uint64_t unwindCount,
               std::uint64_t islandCount)
      : redirects(LP_REGION_FIXED_SIZE), data(redirects + redirectCount * sizeof(RedirectBytes)),
        unwind(data + dataCount * sizeof(DataBytes)), islands(unwind + unwindCount * sizeof(UnwindBytes)),
        bytes(islands + islandCount * sizeof(IslandBytes)) {}
};

// Places names and values behind the tables, each 8-aligned so that the agent's copies are.
class BytesCursor {
public:
  explicit BytesCursor(std::uint64_t begin) : next_(begin) {}
  std::uint64_t place(std::uint64_t size) {
    const std::uint64_t at = next_;
    next_ += (size + 7) & ~std::uint64_t{7};
    return at;
  }
  [[nodiscard]] std::uint64_t end() const { return next_; }

private:
  std::uint64_t next_;
};

} // namespace livepatch
