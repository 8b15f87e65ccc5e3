#include "runtime/linux/memory_search.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <unistd.h>

namespace livepatch {
namespace {

constexpr std::uint64_t pageSize = 4096;
constexpr std::uint64_t largestRun = std::uint64_t{1} << 20; // read at a time
constexpr std::size_t entriesAtATime = 8192;
// linux/Documentation/admin-guide/mm/pagemap.rst
constexpr std::uint64_t pagePresent = std::uint64_t{1} << 63, pageSwapped = std::uint64_t{1} << 62,
                        pageOfFile = std::uint64_t{1} << 61;

// vvar, vdso, vsyscall: the kernel's own, and the same in every process.
bool isKernels(const MemoryMapping &mapping) {
  return mapping.path.starts_with("[v");
}

// [start, end) without the skipped ranges.
std::vector<AddressRange> without(AddressRange range, const std::vector<AddressRange> &skipped) {
  std::vector<AddressRange> left{range};
  for (const AddressRange &skip : skipped) {
    std::vector<AddressRange> next;
    for (const AddressRange &piece : left) {
      if (!piece.overlaps(skip)) {
        next.push_back(piece);
        continue;
      }
      if (piece.start < skip.start)
        next.push_back({piece.start, skip.start});
      if (skip.end < piece.end)
        next.push_back({skip.end, piece.end});
    }
    left = std::move(next);
  }
  return left;
}

class MemorySearch {
public:
  MemorySearch(const TargetProcess &target, const TargetMemory &memory, const AddressSearch &search)
      : target_(target), memory_(memory), search_(search),
        pages_(::open(target.procPath("pagemap").c_str(), O_RDONLY | O_CLOEXEC)) {}

  [[nodiscard]] bool knowsPages() const { return pages_.valid(); }

  // The parts of a private mapping that are in memory or swapped out and are not simply its file's.
  [[nodiscard]] Result<std::vector<AddressRange>> writtenParts(const MemoryMapping &mapping) {
    std::vector<AddressRange> parts;
    const std::uint64_t first = mapping.range.start.value / pageSize, last = mapping.range.end.value / pageSize;
    entries_.resize(entriesAtATime);
    for (std::uint64_t page = first; page < last; page += entriesAtATime) {
      const std::size_t count = std::min<std::uint64_t>(entriesAtATime, last - page);
      const ssize_t got = ::pread(pages_.get(), entries_.data(), count * 8, static_cast<off_t>(page * 8));
      if (got != static_cast<ssize_t>(count * 8))
        return unreadable(RuntimeAddr{page * pageSize}, errno);
      for (std::size_t i = 0; i < count; ++i) {
        if (!(entries_[i] & (pagePresent | pageSwapped)) || (entries_[i] & pageOfFile))
          continue;
        const RuntimeAddr at{(page + i) * pageSize};
        if (!parts.empty() && parts.back().end == at)
          parts.back().end = at + pageSize;
        else
          parts.push_back({at, at + pageSize});
      }
    }
    return parts;
  }

  [[nodiscard]] Result<std::optional<RuntimeAddr>> searchRange(const AddressRange &range) {
    // Two neighbouring pieces overlap by a word: an address may stand across the border.
    for (RuntimeAddr at = range.start; at < range.end; at = at + largestRun) {
      const std::uint64_t size = std::min(largestRun + sizeof(std::uint64_t), range.end.value - at.value);
      LP_TRY(read(at, size));
      if (const auto found = search_.find(std::span(bytes_).first(size)))
        return std::optional(at + *found);
    }
    return std::optional<RuntimeAddr>();
  }

private:
  [[nodiscard]] Result<void> read(RuntimeAddr at, std::uint64_t size) {
    bytes_.resize(size);
    const iovec into{bytes_.data(), size}, from{reinterpret_cast<void *>(at.value), size};
    if (::process_vm_readv(target_.viewTid(), &into, 1, &from, 1, 0) == static_cast<ssize_t>(size))
      return {};
    // Pages without the right to read them: /proc/PID/mem does not ask for it.
    if (!memory_.read(at, std::span(bytes_).first(size)))
      return unreadable(at, EFAULT);
    return {};
  }

  [[nodiscard]] Error unreadable(RuntimeAddr at, int cause) const {
    return error(Fault::Refused,
                 fmt::format("its memory at {:#x} cannot be searched: {}", at.value, std::strerror(cause)));
  }

  const TargetProcess &target_;
  const TargetMemory &memory_;
  const AddressSearch &search_;
  FileDescriptor pages_;
  std::vector<std::uint64_t> entries_;
  std::vector<std::uint8_t> bytes_;
};

} // namespace

Result<std::optional<RuntimeAddr>> searchMemory(const TargetProcess &target, const TargetMemory &memory,
                                                std::span<const MemoryMapping> maps,
                                                const std::vector<AddressRange> &skipped, const AddressSearch &search) {
  MemorySearch in(target, memory, search);
  if (!in.knowsPages())
    return error(Fault::Permission,
                 fmt::format("cannot read {}: {}", target.procPath("pagemap"), std::strerror(errno)));
  for (const MemoryMapping &mapping : maps) {
    if (isKernels(mapping) || (mapping.shared && !mapping.writable))
      continue;
    std::vector<AddressRange> parts{mapping.range};
    if (!mapping.shared) {
      LP_TRY_ASSIGN(parts, in.writtenParts(mapping));
    }
    for (const AddressRange &part : parts)
      for (const AddressRange &piece : without(part, skipped)) {
        LP_TRY_ASSIGN(const std::optional<RuntimeAddr> found, in.searchRange(piece));
        if (found)
          return found;
      }
  }
  return std::optional<RuntimeAddr>();
}

bool registersHold(const SeizedThread &thread, const AddressSearch &search) {
  std::uint8_t bytes[sizeof(user_regs_struct)];
  std::memcpy(bytes, &thread.registers(), sizeof bytes);
  if (search.find(bytes))
    return true;
  std::vector<std::uint8_t> vectors(16384); // of AVX-512 and tiles; the kernel says how much it gave
  iovec area{vectors.data(), vectors.size()};
  if (::ptrace(PTRACE_GETREGSET, thread.tid(), NT_X86_XSTATE, &area) != 0)
    return true; // what cannot be seen may be there
  return search.find(std::span(vectors).first(area.iov_len)).has_value();
}

} // namespace livepatch
