#include "runtime/linux/stack_samples.h"

#include <algorithm>
#include <fmt/format.h>
#include <sys/uio.h>

namespace livepatch {
namespace {

// Stacks are megabytes at most. A "stack" in a bigger mapping is a coroutine's piece of the heap: read this much of it.
constexpr std::uint64_t deepestStack = std::uint64_t{64} << 20;
constexpr std::size_t mostPieces = 1024; // UIO_MAXIOV: what one process_vm_readv takes

struct Piece {
  std::size_t sample;
  RuntimeAddr from;
  std::vector<std::uint8_t> bytes;
};

void addPiece(std::vector<Piece> &pieces, std::size_t sample, RuntimeAddr from, RuntimeAddr end) {
  from.value = (from.value + 7) & ~std::uint64_t{7};
  if (from >= end)
    return;
  pieces.push_back({sample, from, std::vector<std::uint8_t>(std::min(end.value - from.value, deepestStack))});
}

void readPieces(pid_t tid, const TargetMemory &memory, std::vector<Piece> &pieces) {
  for (std::size_t begin = 0; begin < pieces.size(); begin += mostPieces) {
    std::size_t count = std::min(mostPieces, pieces.size() - begin);
    std::vector<iovec> into(count), from(count);
    std::size_t wanted = 0;
    for (std::size_t i = 0; i < count; ++i) {
      Piece &piece = pieces[begin + i];
      into[i] = {piece.bytes.data(), piece.bytes.size()};
      from[i] = {reinterpret_cast<void *>(piece.from.value), piece.bytes.size()};
      wanted += piece.bytes.size();
    }
    ssize_t got = ::process_vm_readv(tid, into.data(), count, from.data(), count, 0);
    if (got == static_cast<ssize_t>(wanted))
      continue;
    // It stops at the first page that cannot be read (process_vm_readv(2)): read these pieces one by one.
    for (std::size_t i = 0; i < count; ++i) {
      Piece &piece = pieces[begin + i];
      piece.bytes = memory.readSparse(piece.from, piece.bytes.size());
    }
  }
}

// The stack that the thread was born with. The C library puts a thread's control block at its upper end, so fs leads
// there even from an alternate signal stack; the main thread's has a name.
const MemoryMapping *homeStack(const TargetProcess &target, std::span<const MemoryMapping> maps,
                               const SeizedThread &thread) {
  if (thread.tid() == target.pid()) {
    auto named = std::find_if(maps.begin(), maps.end(), [](const MemoryMapping &m) { return m.path == "[stack]"; });
    return named == maps.end() ? nullptr : &*named;
  }
  const MemoryMapping *home = mappingAt(maps, {thread.registers().fs_base});
  return home && home->isPrivateAnonymous() && home->range.size() <= deepestStack ? home : nullptr;
}

Result<void> refreshMaps(const TargetProcess &target, std::vector<MemoryMapping> &maps) {
  LP_TRY_ASSIGN(std::string text, target.mapsText());
  LP_TRY_ASSIGN(maps, parseMemoryMaps(text));
  return {};
}

} // namespace

Result<std::vector<ThreadSample>> sampleStacks(const TargetProcess &target, const TargetMemory &memory,
                                               std::vector<MemoryMapping> &maps,
                                               std::span<const SeizedThread> threads) {
  for (const SeizedThread &thread : threads)
    if (thread.stopped() && !mappingAt(maps, {thread.registers().rsp})) { // a stack that grew, or a new thread
      LP_TRY(refreshMaps(target, maps));
      break;
    }
  std::vector<ThreadSample> samples;
  std::vector<Piece> pieces;
  for (const SeizedThread &thread : threads) {
    if (!thread.stopped())
      continue;
    const user_regs_struct &registers = thread.registers();
    const std::size_t index = samples.size();
    samples.push_back({thread.tid(), {registers.rip}, {}, std::nullopt});
    const MemoryMapping *stack = mappingAt(maps, {registers.rsp});
    if (!stack)
      return error(Fault::Refused,
                   fmt::format("thread {} of process {} has no stack: its stack pointer is {:#x}", thread.tid(),
                               target.describe(), registers.rsp),
                   "--consistency function does not look at stacks");
    addPiece(pieces, index, {registers.rsp}, stack->range.end);
    const MemoryMapping *home = homeStack(target, maps, thread);
    if (home && home != stack)
      addPiece(pieces, index, home->range.start, home->range.end);
  }
  if (!pieces.empty()) // a thread that stands has the memory, and nobody has to look for one that lives
    readPieces(samples.front().threadId, memory, pieces);
  for (const Piece &piece : pieces) {
    std::vector<std::uint64_t> words = stackWords(piece.bytes);
    auto &all = samples[piece.sample].stackWords;
    if (all.empty())
      all = std::move(words);
    else
      all.insert(all.end(), words.begin(), words.end());
  }
  return samples;
}

} // namespace livepatch
