#include "runtime/core/hex.h"
#include "runtime/core/manifest.h"
#include "runtime/core/region_bytes.h"

#include <algorithm>
#include <fmt/format.h>

namespace livepatch {

// The agent's assembly and the structs describe the same bytes.
static_assert(offsetof(FixedBytes, state) == LP_REGION_STATE && offsetof(FixedBytes, left) == LP_REGION_LEFT);
static_assert(offsetof(FixedBytes, flag) == LP_REGION_FLAG && offsetof(FixedBytes, flag) % 64 == 0);
static_assert(offsetof(FixedBytes, identity) == LP_REGION_FLAG + 64, "the flag is alone in its cache line");
static_assert(offsetof(FixedBytes, agentWait) == LP_REGION_WAIT && LP_REGION_WAIT - LP_REGION_FLAG == LP_FLAG_TO_WAIT);
static_assert(offsetof(FixedBytes, mark) == LP_REGION_MARK);
static_assert(offsetof(FixedBytes, dataCount) == LP_REGION_DATA_COUNT);
static_assert(offsetof(FixedBytes, dataOffset) == LP_REGION_DATA_OFFSET);
static_assert(offsetof(FixedBytes, unwindCount) == LP_REGION_UNWIND_COUNT);
static_assert(offsetof(FixedBytes, unwindOffset) == LP_REGION_UNWIND_OFFSET);
static_assert(offsetof(FixedBytes, replacedCount) == LP_REGION_REPLACED_COUNT);
static_assert(offsetof(FixedBytes, replacedOffset) == LP_REGION_REPLACED_OFFSET);
static_assert(sizeof(FixedBytes) == LP_REGION_FIXED_SIZE && sizeof(RedirectBytes) == 72);
static_assert(offsetof(DataBytes, address) == LP_DATA_ADDRESS && offsetof(DataBytes, length) == LP_DATA_LENGTH);
static_assert(offsetof(DataBytes, flags) == LP_DATA_FLAGS && offsetof(DataBytes, state) == LP_DATA_STATE);
static_assert(offsetof(DataBytes, guard) == LP_DATA_GUARD && offsetof(DataBytes, fresh) == LP_DATA_NEW);
static_assert(offsetof(DataBytes, saved) == LP_DATA_SAVED && offsetof(DataBytes, handDown) == LP_DATA_HAND_DOWN);
static_assert(sizeof(DataBytes) == LP_DATA_SIZE && sizeof(UnwindBytes) == LP_UNWIND_SIZE);
static_assert(offsetof(UnwindBytes, start) == LP_UNWIND_START && offsetof(UnwindBytes, end) == LP_UNWIND_END);
static_assert(offsetof(UnwindBytes, ehFrameHeader) == LP_UNWIND_EH_FRAME_HEADER);
static_assert(sizeof(FixedBytes::name) == maximumPatchNameLength + 1);

namespace {

template <typename Record>
void putRecord(std::vector<std::uint8_t> &out, std::uint64_t at, const Record &record) {
  std::memcpy(&out[at], &record, sizeof record);
}

template <typename Content>
std::uint32_t putBytes(std::vector<std::uint8_t> &out, BytesCursor &cursor, const Content &content) {
  const std::uint64_t at = cursor.place(content.size());
  std::copy(content.begin(), content.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
  return static_cast<std::uint32_t>(at);
}

TableOffsets offsetsOf(const RegionHeader &header) {
  return {header.redirects.size(), header.data.size(), header.unwind.size(), header.islands.size()};
}

Result<void> check(const RegionHeader &header, std::uint64_t size) {
  const auto broken = [&](const std::string &what) {
    return error(Fault::Refused, fmt::format("cannot describe the patch \"{}\" in the target: {}", header.name, what));
  };
  if (!isPatchName(header.name))
    return broken("that is not a patch name");
  if (header.buildId.size() > 2 * sizeof(FixedBytes::buildId) || !hexBytes(header.buildId))
    return broken(fmt::format("\"{}\" is no build-id", header.buildId));
  if (size > maximumRegionHeader)
    return broken(fmt::format("its tables would need {} bytes", size));
  for (const RegionData &data : header.data)
    if (data.saved.size() != data.fresh.size() || (data.guard && data.guard->size() != data.fresh.size()))
      return broken(fmt::format("the values for {} differ in size", data.name));
  return {};
}

FixedBytes encodeFixed(const RegionHeader &header, const TableOffsets &offsets, std::uint64_t size) {
  FixedBytes fixed{};
  std::memcpy(fixed.magic, regionMagic, sizeof fixed.magic);
  fixed.version = regionVersion;
  fixed.fixedSize = sizeof fixed;
  fixed.at = header.at.value;
  fixed.reservedStart = header.reserved.start.value;
  fixed.reservedEnd = header.reserved.end.value;
  fixed.totalBytes = size;
  fixed.sequence = header.sequence;
  fixed.state = static_cast<std::uint32_t>(header.state);
  fixed.left = header.leftCount;
  fixed.flag = header.closed   ? LP_FLAG_CLOSED | (header.closedToRevert ? LP_AGENT_REVERT : LP_AGENT_COMMIT)
               : header.active ? LP_FLAG_ON
                               : LP_FLAG_OFF;
  fixed.agentWait = header.agentWait.value;
  fixed.mark = header.mark.value;
  std::copy(header.identity.begin(), header.identity.end(), fixed.identity);
  header.name.copy(fixed.name, sizeof fixed.name - 1);
  fixed.redirectCount = static_cast<std::uint32_t>(header.redirects.size());
  fixed.redirectOffset = static_cast<std::uint32_t>(offsets.redirects);
  fixed.islandCount = static_cast<std::uint32_t>(header.islands.size());
  fixed.islandOffset = static_cast<std::uint32_t>(offsets.islands);
  fixed.dataCount = static_cast<std::uint32_t>(header.data.size());
  fixed.dataOffset = static_cast<std::uint32_t>(offsets.data);
  fixed.unwindCount = static_cast<std::uint32_t>(header.unwind.size());
  fixed.unwindOffset = static_cast<std::uint32_t>(offsets.unwind);
  fixed.bytesOffset = static_cast<std::uint32_t>(offsets.bytes);
  fixed.bytesSize = static_cast<std::uint32_t>(size - offsets.bytes);
  fixed.codeStart = header.code.start.value;
  fixed.codeEnd = header.code.end.value;
  fixed.imageStart = header.image.start.value;
  fixed.imageEnd = header.image.end.value;
  fixed.bias = header.bias.value;
  fixed.agentCommit = header.agentCommit.value;
  fixed.agentSyscall = header.agentSyscall.value;
  fixed.findObjectHook = header.findObjectHook.value;
  fixed.findObjectSlot = header.findObjectSlot.value;
  const auto buildId = hexBytes(header.buildId).value_or(std::vector<std::uint8_t>{}); // checked above
  fixed.buildIdSize = static_cast<std::uint32_t>(buildId.size());
  std::copy(buildId.begin(), buildId.end(), fixed.buildId);
  return fixed;
}

} // namespace

std::uint64_t encodedSize(const RegionHeader &header) {
  BytesCursor cursor(offsetsOf(header).bytes);
  for (const RegionRedirect &redirect : header.redirects)
    cursor.place(redirect.name.size());
  for (const RegionData &data : header.data) {
    cursor.place(data.name.size());
    if (data.guard)
      cursor.place(data.guard->size());
    cursor.place(data.fresh.size());
    cursor.place(data.saved.size());
  }
  cursor.place(header.parents.size() * sizeof(ContentHash));
  cursor.place(header.replaced.size() * sizeof(RuntimeAddr));
  return cursor.end();
}

Result<std::vector<std::uint8_t>> encodeRegion(const RegionHeader &header) {
  const std::uint64_t size = encodedSize(header);
  LP_TRY(check(header, size));
  const TableOffsets offsets = offsetsOf(header);
  std::vector<std::uint8_t> out(size);
  putRecord(out, 0, encodeFixed(header, offsets, size));

  BytesCursor cursor(offsets.bytes);
  for (std::size_t i = 0; i < header.redirects.size(); ++i) {
    const RegionRedirect &redirect = header.redirects[i];
    RedirectBytes raw{};
    raw.function = redirect.function.value;
    raw.oldSize = redirect.oldSize;
    raw.entry = redirect.entry.value;
    std::copy(redirect.originalWord.begin(), redirect.originalWord.end(), raw.originalWord);
    raw.stub = redirect.stub.value;
    raw.newFunction = redirect.newFunction.value;
    raw.newSize = redirect.newSize;
    raw.previousTarget = redirect.previousTarget.value;
    raw.nameSize = static_cast<std::uint32_t>(redirect.name.size());
    raw.nameOffset = putBytes(out, cursor, redirect.name);
    putRecord(out, offsets.redirects + i * sizeof raw, raw);
  }
  for (std::size_t i = 0; i < header.data.size(); ++i) {
    const RegionData &data = header.data[i];
    DataBytes raw{};
    raw.address = data.at.value;
    raw.length = static_cast<std::uint32_t>(data.fresh.size());
    raw.flags = (data.pointer ? dataFlagPointer : 0) | (data.guard ? LP_DATA_FLAG_GUARDED : 0);
    raw.state = static_cast<std::uint32_t>(data.state);
    raw.handDown = data.handDown.value;
    raw.nameSize = static_cast<std::uint32_t>(data.name.size());
    raw.nameOffset = putBytes(out, cursor, data.name);
    if (data.guard)
      raw.guard = putBytes(out, cursor, *data.guard);
    raw.fresh = putBytes(out, cursor, data.fresh);
    raw.saved = putBytes(out, cursor, data.saved);
    putRecord(out, offsets.data + i * sizeof raw, raw);
  }
  if (!header.parents.empty() || !header.replaced.empty()) {
    std::vector<std::uint8_t> identities;
    for (const ContentHash &parent : header.parents)
      identities.insert(identities.end(), parent.begin(), parent.end());
    // The places are known only here, behind names and values.
    auto fixed = encodeFixed(header, offsets, size);
    fixed.parentCount = static_cast<std::uint32_t>(header.parents.size());
    fixed.parentOffset = putBytes(out, cursor, identities);
    fixed.replacedCount = static_cast<std::uint32_t>(header.replaced.size());
    fixed.replacedOffset = static_cast<std::uint32_t>(cursor.place(header.replaced.size() * sizeof(std::uint64_t)));
    for (std::size_t i = 0; i < header.replaced.size(); ++i)
      putRecord(out, fixed.replacedOffset + i * sizeof(std::uint64_t), header.replaced[i].value);
    putRecord(out, 0, fixed);
  }
  for (std::size_t i = 0; i < header.unwind.size(); ++i) {
    const RegionUnwind &unwind = header.unwind[i];
    putRecord(out, offsets.unwind + i * sizeof(UnwindBytes),
              UnwindBytes{unwind.text.start.value, unwind.text.end.value, unwind.ehFrameHeader.value});
  }
  for (std::size_t i = 0; i < header.islands.size(); ++i)
    putRecord(out, offsets.islands + i * sizeof(IslandBytes),
              IslandBytes{header.islands[i].start.value, header.islands[i].end.value});
  return out;
}

RuntimeAddr dataStateAddress(const RegionHeader &header, std::size_t dataIndex) {
  return header.at + (offsetsOf(header).data + dataIndex * LP_DATA_SIZE + LP_DATA_STATE);
}

AddressRange tablesOf(const RegionHeader &header) {
  return {header.at, header.at + offsetsOf(header).bytes};
}

RuntimeAddr originalWordAddress(const RegionHeader &header, std::size_t redirectIndex) {
  return header.at +
         (LP_REGION_FIXED_SIZE + redirectIndex * sizeof(RedirectBytes) + offsetof(RedirectBytes, originalWord));
}

RuntimeAddr previousTargetAddress(const RegionHeader &header, std::size_t redirectIndex) {
  return header.at +
         (LP_REGION_FIXED_SIZE + redirectIndex * sizeof(RedirectBytes) + offsetof(RedirectBytes, previousTarget));
}

RuntimeAddr handDownAddress(const RegionHeader &header, std::size_t dataIndex) {
  return header.at + (offsetsOf(header).data + dataIndex * LP_DATA_SIZE + LP_DATA_HAND_DOWN);
}

RuntimeAddr savedAddress(const RegionHeader &header, std::size_t dataIndex) {
  BytesCursor cursor(offsetsOf(header).bytes);
  for (const RegionRedirect &redirect : header.redirects)
    cursor.place(redirect.name.size());
  for (std::size_t i = 0;; ++i) {
    const RegionData &data = header.data[i];
    cursor.place(data.name.size());
    if (data.guard)
      cursor.place(data.guard->size());
    cursor.place(data.fresh.size());
    const std::uint64_t saved = cursor.place(data.saved.size());
    if (i == dataIndex)
      return header.at + saved;
  }
}

RuntimeAddr replacedAddress(const RegionHeader &header) {
  return header.at + (encodedSize(header) - header.replaced.size() * sizeof(std::uint64_t)); // the last of all
}

const char *stateName(RegionState state) {
  switch (state) {
  case RegionState::Filling:
    return "filling";
  case RegionState::Loaded:
    return "loaded";
  case RegionState::Arming:
    return "arming";
  case RegionState::Armed:
    return "armed";
  case RegionState::Committing:
    return "committing";
  case RegionState::Committed:
    return "committed";
  case RegionState::Reverting:
    return "reverting";
  case RegionState::Reverted:
    return "reverted";
  case RegionState::Retired:
    return "retired";
  }
  return "unknown";
}

} // namespace livepatch
