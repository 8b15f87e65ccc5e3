#include "runtime/core/region_image.h"

#include <algorithm>
#include <cstring>
#include <elf.h>
#include <fmt/format.h>

namespace livepatch {
namespace {

constexpr std::uint64_t agentAlignment = 16;

std::uint64_t roundUp(std::uint64_t n, std::uint64_t to) {
  return (n + to - 1) / to * to;
}

// Everything of the header that the plan decides; addresses in the region are added by buildRegion.
RegionHeader describe(const WritePlan &plan, const RegionIdentity &identity) {
  RegionHeader header;
  header.name = identity.name;
  header.identity = identity.content;
  header.buildId = identity.buildId;
  header.sequence = identity.sequence;
  header.parents = identity.parents;
  header.replaced = identity.replaced;
  for (const PlannedRedirect &planned : plan.redirects) {
    RegionRedirect redirect;
    redirect.name = planned.name;
    redirect.function = planned.function;
    redirect.oldSize = planned.oldSize;
    redirect.entry = planned.entry;
    redirect.originalWord = planned.originalWord;
    redirect.newSize = planned.newSize;
    redirect.previousTarget = planned.previousTarget;
    header.redirects.push_back(std::move(redirect));
  }
  for (const PlannedData &planned : plan.data) {
    RegionData data;
    data.name = planned.name;
    data.pointer = planned.pointer;
    data.at = planned.at;
    data.guard = planned.guard;
    data.fresh = planned.fresh;
    data.saved.resize(planned.fresh.size());
    header.data.push_back(std::move(data));
  }
  return header;
}

void putNumber(std::span<std::uint8_t> bytes, std::size_t at, std::uint64_t value) {
  std::memcpy(bytes.subspan(at, sizeof value).data(), &value, sizeof value);
}

// Stubs are handed out one behind the other, in the main code or in the island of the redirect's module.
class StubPlaces {
public:
  StubPlaces(const RegionRequest &request, AddressRange code) : stubSize_(request.architecture.stubSize) {
    code_ = {code, std::vector<std::uint8_t>(code.size(), 0xcc)};
    for (const Island &island : request.islands)
      islands_.emplace_back(island.object,
                            IslandImage{island.range, std::vector<std::uint8_t>(island.range.size(), 0xcc)});
    used_.resize(islands_.size());
  }

  // nullopt: the island is full.
  std::optional<RuntimeAddr> next(std::size_t object) {
    for (std::size_t i = 0; i < islands_.size(); ++i)
      if (islands_[i].first == object)
        return take(islands_[i].second, used_[i]);
    return take(code_, usedCode_);
  }

  void put(std::size_t object, RuntimeAddr at, std::span<const std::uint8_t> bytes) {
    IslandImage *image = &code_;
    for (auto &[owner, island] : islands_)
      if (owner == object)
        image = &island;
    std::copy(bytes.begin(), bytes.end(), image->bytes.begin() + (at - image->range.start));
  }

  std::vector<std::uint8_t> &code() { return code_.bytes; }
  std::vector<IslandImage> takeIslands() {
    std::vector<IslandImage> images;
    for (auto &[object, island] : islands_)
      images.push_back(std::move(island));
    return images;
  }

private:
  std::optional<RuntimeAddr> take(const IslandImage &image, std::uint64_t &used) const {
    if (image.range.size() - used < stubSize_)
      return std::nullopt;
    const RuntimeAddr at = image.range.start + used;
    used += stubSize_;
    return at;
  }

  std::size_t stubSize_;
  IslandImage code_;
  std::vector<std::pair<std::size_t, IslandImage>> islands_;
  std::uint64_t usedCode_ = 0;
  std::vector<std::uint64_t> used_;
};

Result<void> putStubs(const RegionRequest &request, RegionHeader &header, StubPlaces &places) {
  for (std::size_t i = 0; i < header.redirects.size(); ++i) {
    RegionRedirect &redirect = header.redirects[i];
    const PlannedRedirect &planned = request.plan.redirects[i];
    const auto at = places.next(planned.object);
    if (!at)
      return error(Fault::Internal, fmt::format("there is no room for the stub of {}", redirect.name));
    redirect.stub = *at;
    redirect.newFunction = planned.original ? *planned.original : header.bias + planned.newFunction;
    LP_TRY_ASSIGN(const auto stub, request.architecture.encodeStub({redirect.stub, flagAddress(header.at),
                                                                    redirect.previousTarget, redirect.newFunction}));
    places.put(planned.object, *at, stub);
  }
  return {};
}

void putAgent(const RegionRequest &request, RegionHeader &header, std::vector<std::uint8_t> &code) {
  const AgentCode &agent = request.architecture.agent;
  const std::uint64_t offset = roundUp(header.redirects.size() * request.architecture.stubSize, agentAlignment);
  const auto place = std::span(code).subspan(offset, agent.routines.size());
  std::copy(agent.routines.begin(), agent.routines.end(), place.begin());
  const RuntimeAddr at = header.code.start + offset;
  header.agentCommit = at + agent.commitOffset;
  header.agentSyscall = at + agent.syscallOffset;
  header.agentWait = at + agent.waitOffset;
  putNumber(place, agent.headerOffset, header.at.value);
  if (!request.hook)
    return;
  putNumber(place, agent.findObjectNextOffset, request.hook->next.value);
  header.findObjectHook = at + agent.findObjectOffset;
  header.findObjectSlot = request.hook->slot;
}

} // namespace

std::vector<RegionUnwind> unwindRanges(const ElfView &patch, LoadBias bias) {
  std::vector<RegionUnwind> ranges;
  const ElfSegment *frames = patch.segment(PT_GNU_EH_FRAME);
  if (!frames)
    return ranges;
  for (const ElfSegment &segment : patch.segments())
    if (segment.type == PT_LOAD && (segment.flags & PF_X))
      ranges.push_back({{bias + segment.address, bias + segment.end()}, bias + frames->address});
  return ranges;
}

std::uint64_t regionHeaderBytes(const WritePlan &plan, const RegionIdentity &identity, std::size_t unwindCount,
                                std::size_t islands) {
  RegionHeader header = describe(plan, identity);
  header.unwind.resize(unwindCount);
  header.islands.resize(islands);
  return encodedSize(header);
}

std::uint64_t regionCodeBytes(const Architecture &architecture, const WritePlan &plan) {
  return roundUp(plan.redirects.size() * architecture.stubSize, agentAlignment) + architecture.agent.routines.size();
}

Result<RegionImage> buildRegion(const RegionRequest &request) {
  const auto piece = [&](const RegionPiece &p) {
    return AddressRange{request.start + p.offset, request.start + (p.offset + p.size)};
  };
  RegionImage image;
  RegionHeader &header = image.header;
  header = describe(request.plan, request.identity);
  header.at = piece(request.layout.header).start;
  header.reserved = {request.start, request.start + request.layout.size};
  if (request.layout.mark.size)
    header.mark = piece(request.layout.mark).start;
  header.code = piece(request.layout.code);
  header.image = piece(request.layout.image);
  header.bias = request.layout.biasAt(request.start);
  header.unwind = unwindRanges(request.patch, header.bias);
  for (const Island &island : request.islands)
    header.islands.push_back(island.range);
  if (header.code.size() < regionCodeBytes(request.architecture, request.plan))
    return error(Fault::Internal, "the patch region's code part is too small");

  StubPlaces places(request, header.code);
  LP_TRY(putStubs(request, header, places));
  putAgent(request, header, places.code());
  LP_TRY_ASSIGN(image.headerBytes, encodeRegion(header));
  if (image.headerBytes.size() > request.layout.header.size)
    return error(Fault::Internal, "the patch region's header part is too small");
  LP_TRY_ASSIGN(image.entries, entryWrites(request.architecture, header));
  image.codeBytes = std::move(places.code());
  image.islands = places.takeIslands();
  return image;
}

Result<std::vector<EntryWrite>> entryWrites(const Architecture &architecture, const RegionHeader &header) {
  std::vector<EntryWrite> writes;
  for (const RegionRedirect &redirect : header.redirects) {
    LP_TRY_ASSIGN(const auto jump, architecture.encodeJump(redirect.entry, redirect.stub));
    EntryWrite write;
    write.word = {redirect.entry.value & ~std::uint64_t{sizeof(EntryWord) - 1}};
    const std::uint64_t inside = redirect.entry.value - write.word.value;
    if (inside + jump.size() > sizeof(EntryWord)) // from a damaged header only: the plan refuses it
      return error(Fault::Internal, fmt::format("the entry of {} crosses a word border", redirect.name));
    write.expected = redirect.originalWord;
    write.desired = redirect.originalWord;
    std::copy(jump.begin(), jump.end(), write.desired.begin() + static_cast<std::ptrdiff_t>(inside));
    writes.push_back(write);
  }
  return writes;
}

} // namespace livepatch
