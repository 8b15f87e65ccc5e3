#include "runtime/linux/borrowed_thread.h"

#include "runtime/arch/architecture.h"
#include "runtime/linux/modules.h"
#include "runtime/linux/syscall_place.h"
#include "testsuite/unit/linux/forked_target.h"

#include <cerrno>
#include <ctime>
#include <elf.h>
#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/mman.h>

namespace livepatch {
namespace {

// A target with the stub in place.
struct Prepared {
  explicit Prepared(const std::function<void()> &body)
      : child(body), process(TargetProcess::open(child.pid())), memory(TargetMemory::open(*process)),
        architecture(*architectureFor(EM_X86_64)) {
    auto maps = parseMemoryMaps(*process->mapsText());
    auto modules = readModules(*process, *memory, *maps);
    EXPECT_TRUE(modules) << modules.failure().message;
    auto place = findSyscallPlace(*modules, *memory, *maps, architecture->agent.syscallStub);
    EXPECT_TRUE(place) << place.failure().message;
    stub = place->at;
    EXPECT_TRUE(memory->write(stub, architecture->agent.syscallStub));
  }
  [[nodiscard]] Result<BorrowedThread> borrow() const {
    return BorrowedThread::borrow(*process, *memory, log, Clock::now() + std::chrono::seconds(5));
  }
  ForkedTarget child;
  Result<TargetProcess> process;
  Result<TargetMemory> memory;
  const Architecture *architecture;
  RuntimeAddr stub;
  mutable BorrowingLog log;
};

TEST(BorrowedThread, NotesEachBorrowingOnce) {
  Prepared target(ForkedTarget::ready);
  {
    auto thread = target.borrow();
    ASSERT_TRUE(thread) << thread.failure().message;
    EXPECT_EQ(target.log.times, 0) << "it is not over yet";
  }
  EXPECT_EQ(target.log.times, 1);
  EXPECT_GT(target.log.longest.count(), 0);
}

TEST(BorrowedThread, CallsTheKernelForTheTarget) {
  Prepared target(ForkedTarget::ready);
  auto thread = target.borrow();
  ASSERT_TRUE(thread) << thread.failure().message;
  const RemoteSyscalls &calls = target.architecture->syscalls;
  EXPECT_EQ(*thread->syscall(target.stub, calls.getpid, {}), target.child.pid());
  auto mapped = thread->syscall(target.stub, calls.mmap,
                                {0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, ~std::uint64_t{0}, 0});
  ASSERT_TRUE(mapped);
  ASSERT_GT(*mapped, 0);
  RuntimeAddr page{static_cast<std::uint64_t>(*mapped)};
  EXPECT_TRUE(target.memory->writeWord(page, 5));
  EXPECT_EQ(*thread->syscall(target.stub, calls.munmap, {page.value, 4096}), 0);
  EXPECT_FALSE(target.memory->readWord(page));
  EXPECT_EQ(*thread->syscall(target.stub, calls.munmap, {1, 4096}), -EINVAL);
}

TEST(BorrowedThread, LeavesASleepAsLongAsItWas) {
  Prepared target([] {
    timespec before, after, span{0, 400'000'000};
    clock_gettime(CLOCK_MONOTONIC, &before);
    ForkedTarget::ready();
    int outcome = nanosleep(&span, nullptr);
    clock_gettime(CLOCK_MONOTONIC, &after);
    auto ms = (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1'000'000;
    // Neither interrupted nor begun again from the start.
    ::_exit(outcome != 0 ? 1 : ms < 395 ? 2 : ms > 3000 ? 3 : 0);
  });
  for (int i = 0; i < 10; ++i) {
    auto thread = target.borrow();
    ASSERT_TRUE(thread);
    EXPECT_EQ(*thread->syscall(target.stub, target.architecture->syscalls.getpid, {}), target.child.pid());
  }
  EXPECT_EQ(target.child.exitCode(), 0);
}

TEST(BorrowedThread, HidesTheInterruptionOfAnEventWait) {
  Prepared target([] {
    int set = epoll_create1(0);
    epoll_event event;
    ForkedTarget::ready();
    ::_exit(epoll_wait(set, &event, 1, 300) == 0 ? 0 : 1);
  });
  for (int i = 0; i < 10; ++i) {
    auto thread = target.borrow();
    ASSERT_TRUE(thread);
    if (i % 2)
      (void)thread->syscall(target.stub, target.architecture->syscalls.getpid, {});
  }
  EXPECT_EQ(target.child.exitCode(), 0);
}

TEST(BorrowedThread, GivesARunningThreadItsRegistersBack) {
  Prepared target([] {
    ForkedTarget::ready();
    unsigned long a = 1, b = 2, c = 3;
    double x = 1;
    for (long i = 0; i < 60'000'000; ++i)
      a = a * 31 + b, b ^= a >> 7, c += b & 15, x = x * 1.0000001 + 1e-9;
    ::_exit(x < 1 ? 255 : static_cast<int>((a ^ b ^ c) % 200));
  });
  unsigned long a = 1, b = 2, c = 3;
  for (long i = 0; i < 60'000'000; ++i)
    a = a * 31 + b, b ^= a >> 7, c += b & 15;
  for (int i = 0; i < 20; ++i)
    if (auto thread = target.borrow())
      (void)thread->syscall(target.stub, target.architecture->syscalls.getpid, {});
  EXPECT_EQ(target.child.exitCode(), static_cast<int>((a ^ b ^ c) % 200));
}

TEST(BorrowedThread, TellsThatTheTargetIsGone) {
  Prepared target(ForkedTarget::ready);
  target.child.end();
  auto thread = target.borrow();
  ASSERT_FALSE(thread);
  EXPECT_EQ(thread.failure().fault, Fault::Gone);
}

} // namespace
} // namespace livepatch
