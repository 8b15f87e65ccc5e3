#include "runtime/patcher/target_session.h"

#include "runtime/linux/attach_refusal.h"
#include "runtime/linux/proc_file.h"
#include "runtime/linux/region_search.h"
#include "runtime/linux/syscall_place.h"

#include <algorithm>
#include <fmt/format.h>
#include <thread>

namespace livepatch {
namespace {

constexpr auto shortestBorrowLimit = std::chrono::milliseconds(5000);
constexpr auto loaderLimit = std::chrono::seconds(1); // dlopen takes milliseconds
constexpr auto lateLimit = std::chrono::seconds(3);
constexpr auto pauseForTracer = std::chrono::milliseconds(2);
constexpr auto pauseForLoader = std::chrono::milliseconds(2);

// Found before anything is done, so that the message comes instead of half of the work. Another livepatch that only
// looks is waited for.
Result<void> refuseTraced(const TargetProcess &process, Clock::time_point limit) {
  for (;;) {
    LP_TRY_ASSIGN(std::string status, process.statusText());
    std::string tracer = statusField(status, "TracerPid");
    if (tracer.empty() || tracer == "0")
      return {};
    Error refusal = accessRefusal(process, "attach to", EPERM);
    if (refusal.fault != Fault::Busy || Clock::now() > limit)
      return refusal;
    std::this_thread::sleep_for(pauseForTracer);
  }
}

} // namespace

Result<TargetSession> TargetSession::open(pid_t pid, SessionPurpose purpose, const ApplyOptions &options) {
  LP_TRY_ASSIGN(TargetProcess process, TargetProcess::open(pid));
  LP_TRY_ASSIGN(TargetMemory memory, TargetMemory::open(process, options.protectedWrite));
  TargetSession session(std::make_unique<TargetProcess>(std::move(process)),
                        std::make_unique<TargetMemory>(std::move(memory)));
  session.deadline_ = options.deadline;
  if (purpose == SessionPurpose::Change) {
    // The lock first: a thread that another livepatch holds is no debugger's. It waits, for others are done soon.
    const auto limit = Clock::now() + options.deadline;
    LP_TRY(session.memory().lock(limit));
    LP_TRY(refuseTraced(session.process(), limit));
    LP_TRY(checkRemoteCallsPossible(session.process(), options.allowSeccomp));
  }
  Result<void> taken = session.takeSnapshot();
  if (!taken && session.targetIsGone())
    return session.process().gone();
  LP_TRY(std::move(taken));
  if (purpose == SessionPurpose::Change && !session.foreignPatches().empty()) {
    const ForeignRegion &foreign = session.foreignPatches().front();
    return error(Fault::Refused,
                 fmt::format("process {} has the patch {}, put there by a livepatch of another version (its format is "
                             "{}, this one's is {})",
                             session.process().describe(), foreign.name, foreign.version, regionFormatVersion()),
                 "use the livepatch that has applied it; livepatch list shows the patch");
  }
  return session;
}

TargetSession::~TargetSession() {
  if (process_)
    SeizedThread::giveBackLate(Clock::now() + lateLimit);
}

Result<void> TargetSession::takeSnapshot() {
  const auto limit = Clock::now() + loaderLimit;
  for (;;) {
    LP_TRY(refresh());
    Result<ModuleList> modules = readModules(*process_, *memory_, maps_);
    if (!modules && (modules.failure().fault != Fault::Busy || Clock::now() > limit))
      return std::move(modules).failure();
    if (modules) {
      modules_ = std::move(*modules);
      break;
    }
    std::this_thread::sleep_for(pauseForLoader);
  }
  LP_TRY_ASSIGN(architecture_, architectureFor(modules_.modules.front().view.machine()));
  return {};
}

Result<void> TargetSession::refresh() {
  LP_TRY_ASSIGN(std::string text, process_->mapsText());
  LP_TRY_ASSIGN(maps_, parseMemoryMaps(text));
  LP_TRY_ASSIGN(FoundRegions found, findRegions(*memory_, maps_));
  patches_ = PatchStack(std::move(found.regions));
  foreign_ = std::move(found.foreign);
  return {};
}

Result<RuntimeAddr> TargetSession::syscallStub(const BorrowedThread &thread) {
  // The place does not move while the session lasts: nobody unloads the program's own code.
  if (stub_)
    return *stub_;
  Bytes code = architecture_->agent.syscallStub;
  LP_TRY_ASSIGN(SyscallPlace place, findSyscallPlace(modules_, *memory_, maps_, code));
  if (!place.written)
    LP_TRY(memory_->write(place.at, code, thread.tid()));
  stub_ = place.at;
  return place.at;
}

Result<BorrowedThread> TargetSession::borrow() const {
  return BorrowedThread::borrow(*process_, *memory_, *borrowings_,
                                Clock::now() + std::max(deadline_, shortestBorrowLimit));
}

Result<std::optional<BorrowedThread>> TargetSession::writerFor(RuntimeAddr word) const {
  if (!memory_->needsStoppedThread(word))
    return std::optional<BorrowedThread>();
  LP_TRY_ASSIGN(BorrowedThread thread, borrow());
  return std::optional<BorrowedThread>(std::move(thread));
}

} // namespace livepatch
