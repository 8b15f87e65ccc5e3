#include "runtime/linux/target_memory.h"

#include "runtime/linux/attach_refusal.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/ptrace.h>
#include <thread>

namespace livepatch {
namespace {

constexpr std::size_t pageSize = 4096;
constexpr std::size_t wordSize = 8;
constexpr auto pauseForLock = std::chrono::milliseconds(2);

} // namespace

Result<TargetMemory> TargetMemory::open(const TargetProcess &target, ProtectedWrite protectedWrite) {
  FileDescriptor file(::open(target.procPath("mem").c_str(), O_RDWR | O_CLOEXEC));
  if (!file.valid())
    return accessRefusal(target, "open the memory of", errno == ENOENT ? ESRCH : errno);
  return TargetMemory(std::move(file), target.describe(), protectedWrite);
}

Error TargetMemory::failed(const char *operation, RuntimeAddr at, std::size_t size, int cause) const {
  return error(Fault::Io, fmt::format("cannot {} {} bytes at {:#x} of process {}: {}", operation, size, at.value,
                                      target_, std::strerror(cause)));
}

Result<void> TargetMemory::read(RuntimeAddr at, std::span<std::uint8_t> into) const {
  for (std::size_t done = 0; done < into.size();) {
    ssize_t got = ::pread(file_.get(), into.data() + done, into.size() - done, static_cast<off_t>(at.value + done));
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return failed("read", at, into.size(), errno);
    // An address space without users reads as end of file (mem_rw in fs/proc/base.c).
    if (got == 0)
      return error(Fault::Gone, fmt::format("process {} has exited or replaced itself", target_));
    done += static_cast<std::size_t>(got);
  }
  return {};
}

Result<std::vector<std::uint8_t>> TargetMemory::read(RuntimeAddr at, std::size_t size) const {
  std::vector<std::uint8_t> bytes(size);
  LP_TRY(read(at, bytes));
  return bytes;
}

Result<std::uint64_t> TargetMemory::readWord(RuntimeAddr at) const {
  std::uint8_t bytes[wordSize];
  LP_TRY(read(at, bytes));
  std::uint64_t word;
  std::memcpy(&word, bytes, wordSize);
  return word;
}

Result<std::string> TargetMemory::readString(RuntimeAddr at, std::size_t limit) const {
  std::string text;
  while (text.size() < limit) {
    // Never across a page border: the next page need not be mapped.
    std::size_t step = std::min(limit - text.size(), pageSize - (at.value + text.size()) % pageSize);
    LP_TRY_ASSIGN(std::vector<std::uint8_t> piece, read(at + text.size(), step));
    auto end = std::find(piece.begin(), piece.end(), 0);
    text.append(piece.begin(), end);
    if (end != piece.end())
      break;
  }
  return text;
}

void TargetMemory::readSparse(RuntimeAddr at, std::span<std::uint8_t> into) const {
  for (std::size_t done = 0; done < into.size();) {
    ssize_t got = ::pread(file_.get(), into.data() + done, into.size() - done, static_cast<off_t>(at.value + done));
    if (got > 0)
      done += static_cast<std::size_t>(got);
    else if (got == 0)
      break;
    else if (errno != EINTR) // not readable: the next page may be
      done += pageSize - (at.value + done) % pageSize;
  }
}

std::vector<std::uint8_t> TargetMemory::readSparse(RuntimeAddr at, std::size_t size) const {
  std::vector<std::uint8_t> bytes(size);
  readSparse(at, bytes);
  return bytes;
}

Result<void> TargetMemory::poke(RuntimeAddr at, std::span<const std::uint8_t> bytes, pid_t tid) const {
  if (tid == 0)
    return error(Fault::Internal, fmt::format("no stopped thread of {} to write protected memory through", target_));
  for (std::size_t done = 0; done < bytes.size();) {
    // PTRACE_POKETEXT writes whole words: keep what surrounds the bytes.
    std::uint64_t address = (at.value + done) & ~(wordSize - 1);
    std::size_t skip = at.value + done - address;
    std::size_t step = std::min(wordSize - skip, bytes.size() - done);
    LP_TRY_ASSIGN(std::uint64_t word, readWord({address}));
    std::memcpy(reinterpret_cast<std::uint8_t *>(&word) + skip, bytes.data() + done, step);
    if (::ptrace(PTRACE_POKETEXT, tid, address, word) != 0)
      return failed("write", at, bytes.size(), errno);
    done += step;
  }
  return {};
}

Result<void> TargetMemory::write(RuntimeAddr at, std::span<const std::uint8_t> bytes, pid_t stoppedTid) const {
  if (protectedWrite_ == ProtectedWrite::PokeOnly && stoppedTid != 0)
    return poke(at, bytes, stoppedTid);
  // pwrite may write less where pages of different kinds meet: go on from there.
  for (std::size_t done = 0; done < bytes.size();) {
    ssize_t put = ::pwrite(file_.get(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(at.value + done));
    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0 && errno == EIO && stoppedTid != 0)
      return poke(at + done, bytes.subspan(done), stoppedTid);
    if (put < 0)
      return failed("write", at, bytes.size(), errno);
    if (put == 0)
      return error(Fault::Gone, fmt::format("process {} has exited or replaced itself", target_));
    done += static_cast<std::size_t>(put);
  }
  return {};
}

Result<void> TargetMemory::writeWord(RuntimeAddr at, std::uint64_t word, pid_t stoppedTid) const {
  if (at.value % wordSize != 0)
    return error(Fault::Internal, fmt::format("{:#x} is not aligned for an 8-byte store", at.value));
  std::uint8_t bytes[wordSize];
  std::memcpy(bytes, &word, wordSize);
  return write(at, bytes, stoppedTid);
}

bool TargetMemory::exists() const {
  // Whether the byte can be read does not matter: only an address space without users reads as end of file.
  std::uint8_t byte;
  return ::pread(file_.get(), &byte, 1, pageSize) != 0;
}

Result<void> TargetMemory::lock(Clock::time_point limit) const {
  while (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR)
      continue;
    if (errno == EWOULDBLOCK && Clock::now() < limit) {
      std::this_thread::sleep_for(pauseForLock);
      continue;
    }
    if (errno == EWOULDBLOCK)
      return error(Fault::Busy, fmt::format("another livepatch is at work on process {}", target_),
                   "wait until it has ended");
    return error(Fault::Io, fmt::format("cannot lock process {} for patching: {}", target_, std::strerror(errno)));
  }
  return {};
}

bool TargetMemory::needsStoppedThread(RuntimeAddr protectedWord) const {
  if (protectedWrite_ == ProtectedWrite::PokeOnly)
    return true;
  // Ask the kernel itself: its setting is a boot parameter that cannot be read back. Rewriting the same bytes is
  // harmless and makes the page private to the process, which the real write would do anyway.
  auto word = readWord(protectedWord);
  if (!word)
    return false;
  std::uint64_t same = *word;
  return ::pwrite(file_.get(), &same, sizeof same, static_cast<off_t>(protectedWord.value)) < 0 && errno == EIO;
}

} // namespace livepatch
