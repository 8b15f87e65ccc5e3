// Region headers out of target memory, which may hold anything.
#include "runtime/core/elf_record.h"
#include "runtime/core/hex.h"
#include "runtime/core/manifest.h"
#include "runtime/core/region_bytes.h"

#include <algorithm>
#include <fmt/format.h>

namespace livepatch {
namespace {

class Decoder {
public:
  Decoder(RuntimeAddr at, Bytes bytes) : bytes_(bytes) { header_.at = at; }
  [[nodiscard]] Result<RegionHeader> decode();

private:
  [[nodiscard]] Result<void> decodeFixed();
  [[nodiscard]] Result<void> decodeRedirects();
  [[nodiscard]] Result<void> decodeData();
  [[nodiscard]] Result<void> decodeParents();
  [[nodiscard]] Result<void> decodeReplaced();
  [[nodiscard]] Result<void> decodeRanges();
  [[nodiscard]] Error damaged(const std::string &what) const {
    return error(Fault::Format, fmt::format("the patch region at {:#x} is damaged: {}", header_.at.value, what));
  }
  // The bytes at `offset`, which must be the place where the encoder put them.
  [[nodiscard]] Result<Bytes> take(BytesCursor &cursor, std::uint32_t offset, std::uint32_t size) const;
  [[nodiscard]] Result<std::string> takeName(std::uint32_t offset, std::uint32_t size);

  Bytes bytes_;
  FixedBytes fixed_{};
  BytesCursor cursor_{0};
  RegionHeader header_;
};

// An empty range is fine (a region without islands or hook), a reversed one is not.
bool isRange(std::uint64_t start, std::uint64_t end) {
  return start <= end;
}

Result<Bytes> Decoder::take(BytesCursor &cursor, std::uint32_t offset, std::uint32_t size) const {
  if (cursor.place(size) != offset || cursor.end() > bytes_.size())
    return damaged(fmt::format("{} bytes at {:#x} are out of place", size, offset));
  return bytes_.subspan(offset, size);
}

Result<std::string> Decoder::takeName(std::uint32_t offset, std::uint32_t size) {
  LP_TRY_ASSIGN(const Bytes name, take(cursor_, offset, size));
  return std::string(name.begin(), name.end());
}

Result<void> Decoder::decodeFixed() {
  const auto size = probeRegion(header_.at, bytes_);
  if (!size)
    return damaged("there is no region header");
  if (*size > bytes_.size())
    return damaged(fmt::format("it has {} bytes, {} are there", *size, bytes_.size()));
  bytes_ = bytes_.first(*size);
  fixed_ = *recordAt<FixedBytes>(bytes_, 0);

  const TableOffsets offsets(fixed_.redirectCount, fixed_.dataCount, fixed_.unwindCount, fixed_.islandCount);
  if (offsets.bytes > bytes_.size() || fixed_.redirectOffset != offsets.redirects ||
      fixed_.dataOffset != offsets.data || fixed_.unwindOffset != offsets.unwind ||
      fixed_.islandOffset != offsets.islands || fixed_.bytesOffset != offsets.bytes ||
      fixed_.bytesSize != bytes_.size() - offsets.bytes)
    return damaged("its tables are out of place");
  cursor_ = BytesCursor(offsets.bytes);
  if (fixed_.state > LP_STATE_RETIRED)
    return damaged(fmt::format("its state is {}", fixed_.state));
  const bool closed =
      fixed_.flag == (LP_FLAG_CLOSED | LP_AGENT_COMMIT) || fixed_.flag == (LP_FLAG_CLOSED | LP_AGENT_REVERT);
  if (fixed_.flag != LP_FLAG_OFF && fixed_.flag != LP_FLAG_ON && !closed)
    return damaged(fmt::format("its flag is {}", fixed_.flag));
  if (!isRange(fixed_.reservedStart, fixed_.reservedEnd) || !isRange(fixed_.codeStart, fixed_.codeEnd) ||
      !isRange(fixed_.imageStart, fixed_.imageEnd) || fixed_.at < fixed_.reservedStart ||
      fixed_.at >= fixed_.reservedEnd)
    return damaged("its ranges are impossible");
  const auto nameEnd = std::find(std::begin(fixed_.name), std::end(fixed_.name), '\0');
  header_.name.assign(std::begin(fixed_.name), nameEnd);
  if (!isPatchName(header_.name))
    return damaged("its name is none");
  if (fixed_.buildIdSize > sizeof fixed_.buildId)
    return damaged("its build-id is too long");

  header_.reserved = {{fixed_.reservedStart}, {fixed_.reservedEnd}};
  header_.sequence = fixed_.sequence;
  header_.state = static_cast<RegionState>(fixed_.state);
  header_.leftCount = fixed_.left;
  header_.active = fixed_.flag == LP_FLAG_ON;
  header_.closed = closed;
  header_.closedToRevert = fixed_.flag == (LP_FLAG_CLOSED | LP_AGENT_REVERT);
  std::copy(std::begin(fixed_.identity), std::end(fixed_.identity), header_.identity.begin());
  header_.buildId = hexText({fixed_.buildId, fixed_.buildIdSize});
  header_.code = {{fixed_.codeStart}, {fixed_.codeEnd}};
  header_.image = {{fixed_.imageStart}, {fixed_.imageEnd}};
  header_.bias = {fixed_.bias};
  header_.agentCommit = {fixed_.agentCommit};
  header_.agentSyscall = {fixed_.agentSyscall};
  header_.agentWait = {fixed_.agentWait};
  header_.mark = {fixed_.mark};
  header_.findObjectHook = {fixed_.findObjectHook};
  header_.findObjectSlot = {fixed_.findObjectSlot};
  return {};
}

Result<void> Decoder::decodeRedirects() {
  for (std::uint32_t i = 0; i < fixed_.redirectCount; ++i) {
    const auto raw = *recordAt<RedirectBytes>(bytes_, fixed_.redirectOffset, i); // the table is inside: decodeFixed
    RegionRedirect redirect;
    redirect.function = {raw.function};
    redirect.oldSize = raw.oldSize;
    redirect.entry = {raw.entry};
    std::copy(std::begin(raw.originalWord), std::end(raw.originalWord), redirect.originalWord.begin());
    redirect.stub = {raw.stub};
    redirect.newFunction = {raw.newFunction};
    redirect.newSize = raw.newSize;
    redirect.previousTarget = {raw.previousTarget};
    LP_TRY_ASSIGN(redirect.name, takeName(raw.nameOffset, raw.nameSize));
    header_.redirects.push_back(std::move(redirect));
  }
  return {};
}

Result<void> Decoder::decodeData() {
  for (std::uint32_t i = 0; i < fixed_.dataCount; ++i) {
    const auto raw = *recordAt<DataBytes>(bytes_, fixed_.dataOffset, i);
    if (raw.state > LP_DATA_KEPT)
      return damaged(fmt::format("data entry {} has state {}", i, raw.state));
    RegionData data;
    data.at = {raw.address};
    data.pointer = (raw.flags & dataFlagPointer) != 0;
    data.state = static_cast<DataState>(raw.state);
    data.handDown = {raw.handDown};
    LP_TRY_ASSIGN(data.name, takeName(raw.nameOffset, raw.nameSize));
    if (raw.flags & LP_DATA_FLAG_GUARDED) {
      LP_TRY_ASSIGN(const Bytes guard, take(cursor_, raw.guard, raw.length));
      data.guard.emplace(guard.begin(), guard.end());
    }
    LP_TRY_ASSIGN(const Bytes fresh, take(cursor_, raw.fresh, raw.length));
    LP_TRY_ASSIGN(const Bytes saved, take(cursor_, raw.saved, raw.length));
    data.fresh.assign(fresh.begin(), fresh.end());
    data.saved.assign(saved.begin(), saved.end());
    header_.data.push_back(std::move(data));
  }
  return {};
}

Result<void> Decoder::decodeParents() {
  constexpr std::size_t size = std::tuple_size_v<ContentHash>;
  if (fixed_.parentCount == 0)
    return {};
  if (fixed_.parentCount > bytes_.size() / size)
    return damaged(fmt::format("it has {} parents", fixed_.parentCount));
  const auto all = static_cast<std::uint32_t>(fixed_.parentCount * size);
  LP_TRY_ASSIGN(const Bytes identities, take(cursor_, fixed_.parentOffset, all));
  for (std::size_t i = 0; i < fixed_.parentCount; ++i)
    std::copy_n(identities.begin() + static_cast<std::ptrdiff_t>(i * size), size,
                header_.parents.emplace_back().begin());
  return {};
}

Result<void> Decoder::decodeReplaced() {
  constexpr std::size_t size = sizeof(std::uint64_t);
  if (fixed_.replacedCount == 0)
    return {};
  if (fixed_.replacedCount > bytes_.size() / size)
    return damaged(fmt::format("it replaces {} patches", fixed_.replacedCount));
  LP_TRY(take(cursor_, fixed_.replacedOffset, static_cast<std::uint32_t>(fixed_.replacedCount * size)));
  for (std::uint32_t i = 0; i < fixed_.replacedCount; ++i)
    header_.replaced.push_back({*recordAt<std::uint64_t>(bytes_, fixed_.replacedOffset, i)});
  return {};
}

Result<void> Decoder::decodeRanges() {
  for (std::uint32_t i = 0; i < fixed_.unwindCount; ++i) {
    const auto raw = *recordAt<UnwindBytes>(bytes_, fixed_.unwindOffset, i);
    if (!isRange(raw.start, raw.end))
      return damaged("an unwind range is impossible");
    header_.unwind.push_back({{{raw.start}, {raw.end}}, {raw.ehFrameHeader}});
  }
  for (std::uint32_t i = 0; i < fixed_.islandCount; ++i) {
    const auto raw = *recordAt<IslandBytes>(bytes_, fixed_.islandOffset, i);
    if (!isRange(raw.start, raw.end))
      return damaged("an island is impossible");
    header_.islands.push_back({{raw.start}, {raw.end}});
  }
  return {};
}

Result<RegionHeader> Decoder::decode() {
  LP_TRY(decodeFixed());
  LP_TRY(decodeRedirects());
  LP_TRY(decodeData());
  LP_TRY(decodeParents());
  LP_TRY(decodeReplaced());
  LP_TRY(decodeRanges());
  if (cursor_.end() != bytes_.size())
    return damaged("bytes are left over");
  return std::move(header_);
}

} // namespace

std::uint32_t regionFormatVersion() {
  return regionVersion;
}

bool isRegionHeader(RuntimeAddr at, Bytes bytes) {
  const auto fixed = recordAt<FixedBytes>(bytes, 0);
  // The header names its own address: a copy of one elsewhere (a core dump in memory, a forked buffer) is none.
  return fixed && std::memcmp(fixed->magic, regionMagic, sizeof regionMagic) == 0 && fixed->at == at.value;
}

std::optional<ForeignRegion> probeForeignRegion(RuntimeAddr at, Bytes bytes) {
  const auto fixed = recordAt<FixedBytes>(bytes, 0);
  if (!isRegionHeader(at, bytes) || fixed->version == regionVersion)
    return std::nullopt;
  ForeignRegion region{at, fixed->version, {}, {}, fixed->flag == LP_FLAG_ON};
  std::copy(std::begin(fixed->identity), std::end(fixed->identity), region.identity.begin());
  region.name.assign(std::begin(fixed->name), std::find(std::begin(fixed->name), std::end(fixed->name), '\0'));
  if (!isPatchName(region.name))
    region.name.clear();
  return region;
}

std::optional<std::uint64_t> probeRegion(RuntimeAddr at, Bytes bytes) {
  const auto fixed = recordAt<FixedBytes>(bytes, 0);
  if (!isRegionHeader(at, bytes) || fixed->version != regionVersion || fixed->fixedSize != sizeof(FixedBytes))
    return std::nullopt;
  if (fixed->totalBytes < sizeof(FixedBytes) || fixed->totalBytes > maximumRegionHeader)
    return std::nullopt;
  return fixed->totalBytes;
}

Result<RegionHeader> decodeRegion(RuntimeAddr at, Bytes bytes) {
  return Decoder(at, bytes).decode();
}

} // namespace livepatch
