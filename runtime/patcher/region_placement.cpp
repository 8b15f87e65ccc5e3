#include "runtime/patcher/region_placement.h"

#include "runtime/linux/stack_samples.h"
#include "runtime/linux/syscall_place.h"
#include "runtime/linux/thread_stop.h"
#include "runtime/linux/urgent_section.h"
#include "runtime/patcher/debugger_view.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <set>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <thread>

namespace livepatch {
namespace {

// The first field of the header, and what a search for regions looks at. Written by itself, last.
constexpr std::size_t magicSize = 8; // of the region header
constexpr auto longestStop = std::chrono::milliseconds(200);
constexpr int looksBeforeRemoval = 20;
constexpr auto pauseBetweenLooks = std::chrono::milliseconds(5);
// PROT_NONE memory needs no promise of the kernel's: MAP_NORESERVE. FIXED_NOREPLACE fails where somebody was faster;
// FIXED may then lay the pieces over what is ours already.
constexpr std::uint64_t reserveFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
constexpr std::uint64_t pieceFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;

std::uint64_t protectionBits(Protection protection) {
  switch (protection) {
  case Protection::None:
    return PROT_NONE;
  case Protection::Read:
    return PROT_READ;
  case Protection::ReadWrite:
    return PROT_READ | PROT_WRITE;
  case Protection::ReadExecute:
    break;
  }
  return PROT_READ | PROT_EXEC;
}

std::uint64_t protectionBits(const RelocatedSegment &segment) {
  return PROT_READ | (segment.writable ? PROT_WRITE : 0) | (segment.executable ? PROT_EXEC : 0);
}

Error mappingRefused(const TargetSession &session, std::uint64_t protection, std::int64_t outcome) {
  int cause = static_cast<int>(-outcome);
  std::string what = fmt::format("cannot map memory for the patch in process {}: {}", session.process().describe(),
                                 std::strerror(cause));
  if (cause == ENOMEM)
    return error(Fault::Refused, what, "the process has reached a limit: RLIMIT_AS, its cgroup, or vm.max_map_count");
  if ((protection & PROT_EXEC) && (cause == EACCES || cause == EPERM))
    return error(Fault::Permission, what, "a security policy (SELinux execmem, seccomp) forbids the target new code");
  if (cause == EPERM || cause == EACCES || cause == ENOSYS)
    return error(Fault::Permission, what, "a seccomp filter of the target forbids mmap");
  return error(Fault::Io, what);
}

// What was mapped, until it is wanted: unmapped again when the object goes before that.
class Reservation {
public:
  explicit Reservation(TargetSession &session) : session_(session) {}
  Reservation(const Reservation &) = delete;
  Reservation &operator=(const Reservation &) = delete;
  ~Reservation() {
    if (kept_ || ranges_.empty())
      return;
    auto thread = session_.borrow();
    if (!thread)
      return; // the target is gone, or nobody can be had: some address space is lost, and no more
    for (const AddressRange &range : ranges_)
      if (auto stub = session_.syscallStub(*thread))
        (void)thread->syscall(*stub, session_.architecture().syscalls.munmap, {range.start.value, range.size()});
  }

  // Takes the first place that is still free.
  [[nodiscard]] Result<AddressRange> reserve(BorrowedThread &thread, const std::vector<RuntimeAddr> &places,
                                             std::uint64_t size) {
    LP_TRY_ASSIGN(RuntimeAddr stub, session_.syscallStub(thread));
    const RemoteSyscalls &calls = session_.architecture().syscalls;
    std::int64_t outcome = -ENOMEM;
    for (RuntimeAddr place : places) {
      LP_TRY_ASSIGN(outcome,
                    thread.syscall(stub, calls.mmap,
                                   {place.value, size, PROT_NONE, reserveFlags, static_cast<std::uint64_t>(-1), 0}));
      if (outcome == static_cast<std::int64_t>(place.value)) {
        ranges_.push_back({place, place + size});
        return ranges_.back();
      }
      // Kernels before 4.17 take the address for a wish.
      if (outcome > 0) {
        LP_TRY_ASSIGN(outcome, thread.syscall(stub, calls.munmap, {static_cast<std::uint64_t>(outcome), size}));
      } else if (outcome != -EEXIST && outcome != -ENOMEM) {
        break;
      }
    }
    if (outcome >= 0)
      outcome = -EEXIST;
    return mappingRefused(session_, PROT_NONE, outcome);
  }

  [[nodiscard]] Result<void> piece(BorrowedThread &thread, RuntimeAddr at, std::uint64_t size,
                                   std::uint64_t protection) {
    if (size == 0)
      return {};
    LP_TRY_ASSIGN(RuntimeAddr stub, session_.syscallStub(thread));
    LP_TRY_ASSIGN(std::int64_t outcome,
                  thread.syscall(stub, session_.architecture().syscalls.mmap,
                                 {at.value, size, protection, pieceFlags, static_cast<std::uint64_t>(-1), 0}));
    if (outcome != static_cast<std::int64_t>(at.value))
      return mappingRefused(session_, protection, outcome);
    return {};
  }

  // Kernels before 4.14 cannot empty it in a child: then a child waits that is forked while livepatch is killed in a
  // switch.
  [[nodiscard]] Result<void> markPiece(BorrowedThread &thread, RuntimeAddr at, std::uint64_t size) {
    if (size == 0)
      return {};
    LP_TRY_ASSIGN(RuntimeAddr stub, session_.syscallStub(thread));
    LP_TRY(piece(thread, at, size, PROT_READ | PROT_WRITE));
    LP_TRY(thread.syscall(stub, session_.architecture().syscalls.madvise, {at.value, size, MADV_WIPEONFORK}));
    return {};
  }

  void keep() { kept_ = true; }

private:
  TargetSession &session_;
  std::vector<AddressRange> ranges_;
  bool kept_ = false;
};

// Objects whose entries cannot reach the region get a page of stubs near by.
Result<std::vector<Island>> reserveIslands(TargetSession &session, const Preparation &preparation,
                                           BorrowedThread &thread, Reservation &reservation,
                                           const AddressRange &region) {
  const Architecture &architecture = session.architecture();
  std::set<std::size_t> objects;
  for (const PlannedRedirect &redirect : preparation.plan.redirects)
    objects.insert(redirect.object);
  std::vector<Island> islands;
  for (std::size_t object : objects) {
    AddressRange module = preparation.rangeOf(object);
    if (withinReach(module, region, architecture.reach))
      continue;
    auto count = std::count_if(preparation.plan.redirects.begin(), preparation.plan.redirects.end(),
                               [&](const PlannedRedirect &redirect) { return redirect.object == object; });
    std::uint64_t size = roundUpToPage(static_cast<std::uint64_t>(count) * architecture.stubSize);
    auto places = placementCandidates(session.maps(), module, size, architecture.reach);
    LP_TRY_ASSIGN(AddressRange range, reservation.reserve(thread, places, size));
    LP_TRY(reservation.piece(thread, range.start, size, PROT_READ | PROT_EXEC));
    islands.push_back({object, range});
  }
  return islands;
}

// Names the region in /proc/PID/maps where the kernel can (CONFIG_ANON_VMA_NAME); it goes on without.
Result<void> nameRegion(TargetSession &session, BorrowedThread &thread, const RegionImage &image,
                        RuntimeAddr headerPage, std::uint64_t headerSize) {
  std::string name = "livepatch:" + image.header.name;
  name.resize(std::min<std::size_t>(name.size(), 79)); // ANON_VMA_NAME_MAX_LEN with its zero
  std::vector<std::uint8_t> text(name.begin(), name.end());
  text.push_back(0);
  if (image.headerBytes.size() + text.size() > headerSize)
    return {};
  RuntimeAddr at = headerPage + (headerSize - text.size());
  LP_TRY(session.memory().write(at, text));
  LP_TRY_ASSIGN(RuntimeAddr stub, session.syscallStub(thread));
  auto outcome = thread.syscall(stub, session.architecture().syscalls.prctl,
                                {PR_SET_VMA, PR_SET_VMA_ANON_NAME, headerPage.value, headerSize, at.value});
  if (!outcome)
    return std::move(outcome).failure();
  return {};
}

} // namespace

Result<RegionImage> placeRegion(TargetSession &session, Preparation &preparation) {
  const RegionLayout &layout = preparation.layout;
  Reservation reservation(session);
  AddressRange region;
  std::vector<Island> islands;
  // Relocating and filling take longer than the calls and need nobody to stand.
  {
    LP_TRY_ASSIGN(BorrowedThread thread, session.borrow());
    LP_TRY_ASSIGN(region, reservation.reserve(thread, preparation.places, layout.size));
    LP_TRY_ASSIGN(islands, reserveIslands(session, preparation, thread, reservation, region));
  }
  LP_TRY_ASSIGN(std::vector<RelocatedSegment> segments, relocatePatch(preparation.patch, layout.biasAt(region.start),
                                                                      [&](const ElfSymbol &symbol, SymbolUse use) {
                                                                        return preparation.lookup.valueOf(symbol, use);
                                                                      }));
  {
    LP_TRY_ASSIGN(BorrowedThread thread, session.borrow());
    for (const RegionPiece &piece : {layout.header, layout.code})
      LP_TRY(reservation.piece(thread, region.start + piece.offset, piece.size, protectionBits(piece.protection)));
    LP_TRY(reservation.markPiece(thread, region.start + layout.mark.offset, layout.mark.size));
    for (const RelocatedSegment &segment : segments)
      LP_TRY(reservation.piece(thread, layout.biasAt(region.start) + segment.address, segment.memorySize,
                               protectionBits(segment)));
  }
  resolvePointers(preparation.plan, layout.biasAt(region.start));
  LP_TRY_ASSIGN(RegionImage image, buildRegion({session.architecture(), preparation.plan, preparation.identity,
                                                preparation.patch, layout, region.start, islands, preparation.hook}));
  RuntimeAddr header = region.start + layout.header.offset;
  // The layout was made before the addresses were known: nothing may have grown since.
  if (image.headerBytes.size() > layout.header.size || image.codeBytes.size() > layout.code.size)
    return error(Fault::Internal,
                 fmt::format("the region of {} is larger than it was planned", preparation.identity.name));

  LP_TRY_ASSIGN(std::optional<BorrowedThread> writer, session.writerFor(region.start + layout.code.offset));
  const pid_t tid = writer ? writer->tid() : 0;
  const TargetMemory &memory = session.memory();
  // The header first: from then on a region that its tool has left behind is found, and unmapped, by the next one.
  std::span<const std::uint8_t> bytes = image.headerBytes;
  LP_TRY(memory.write(header + magicSize, bytes.subspan(magicSize)));
  LP_TRY(memory.write(header, bytes.first(magicSize)));
  LP_TRY(memory.write(region.start + layout.code.offset, image.codeBytes, tid));
  for (const IslandImage &island : image.islands)
    LP_TRY(memory.write(island.range.start, island.bytes, tid));
  for (const RelocatedSegment &segment : segments)
    LP_TRY(memory.write(layout.biasAt(region.start) + segment.address, segment.bytes, tid));
  if (!writer) {
    LP_TRY_ASSIGN(BorrowedThread thread, session.borrow());
    writer.emplace(std::move(thread));
  }
  LP_TRY(nameRegion(session, *writer, image, header, layout.header.size));
  reservation.keep();
  return image;
}

namespace {

// Whether no thread can come across the region any more: neither executing there, nor about to return there.
Result<bool> nobodyInside(TargetSession &session, const RegionHeader &region) {
  LP_TRY_ASSIGN(ThreadStop stop, ThreadStop::seize(session.process(), longestStop));
  UrgentSection urgent;
  LP_TRY(stop.stopSleepers());
  LP_TRY(stop.stopTheRest());
  std::vector<MemoryMapping> maps = session.maps();
  std::vector<WatchedFunction> everything{{region.name, region.reserved, std::nullopt}};
  for (const AddressRange &island : region.islands)
    everything.push_back({region.name, island, std::nullopt});
  // Whoever is about to make a remote call of a tool that was killed: it may be one that maps or unmaps this very
  // region, and must not meet the next one in its place.
  const Bytes stub = session.architecture().agent.syscallStub;
  if (auto place = findSyscallPlace(session.modules(), session.memory(), maps, stub); place && place->written)
    everything.push_back({region.name, {place->at, place->at + stub.size()}, std::nullopt});
  for (auto group : {stop.sleepers(), stop.others()}) {
    LP_TRY_ASSIGN(std::vector<ThreadSample> samples, sampleStacks(session.process(), session.memory(), maps, group));
    if (!findOccupants(samples, everything, {}).empty())
      return false;
  }
  return true;
}

} // namespace

Result<bool> removeRegion(TargetSession &session, const RegionHeader &region) {
  LP_TRY(hideFromDebuggers(session, region));
  // Entries no longer lead here, so nobody comes in; whoever is still inside leaves within a few instructions, unless a
  // signal handler runs on top of it.
  bool free = false;
  for (int look = 0; look < looksBeforeRemoval && !free; ++look) {
    if (look)
      std::this_thread::sleep_for(pauseBetweenLooks);
    Result<bool> looked = nobodyInside(session, region);
    if (!looked && looked.failure().fault != Fault::Busy) // a stop that took too long tells nothing
      return std::move(looked).failure();
    free = looked && *looked;
  }
  if (!free)
    return false;
  LP_TRY_ASSIGN(BorrowedThread thread, session.borrow());
  LP_TRY_ASSIGN(RuntimeAddr stub, session.syscallStub(thread));
  std::vector<AddressRange> ranges = region.islands;
  ranges.push_back(region.reserved); // last: the header must be found as long as anything else is there
  for (const AddressRange &range : ranges) {
    LP_TRY_ASSIGN(std::int64_t outcome,
                  thread.syscall(stub, session.architecture().syscalls.munmap, {range.start.value, range.size()}));
    if (outcome != 0)
      return error(Fault::Io, fmt::format("cannot unmap a patch region of process {}: {}", session.process().describe(),
                                          std::strerror(static_cast<int>(-outcome))));
  }
  return true;
}

} // namespace livepatch
