#include "runtime/patcher/switching.h"

#include "runtime/linux/proc_file.h"
#include "runtime/linux/thread_stop.h"
#include "runtime/linux/urgent_section.h"
#include "runtime/patcher/activeness_look.h"
#include "runtime/patcher/arming.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <thread>

namespace livepatch {
namespace {

constexpr auto pauseForAgent = std::chrono::microseconds(20);
constexpr auto agentLimit = std::chrono::seconds(2);
constexpr int mostWithdrawals = 1000; // of threads to which signals came
constexpr int looksBetweenTables = 8;
constexpr auto firstPause = std::chrono::milliseconds(1);
constexpr auto longestPause = std::chrono::milliseconds(100);
constexpr auto firstStopLimit = std::chrono::milliseconds(5);
constexpr auto longestStopLimit = std::chrono::milliseconds(200);

RegionState finalState(SwitchTo to) {
  return to == SwitchTo::On ? RegionState::Committed : RegionState::Reverted;
}

// The flag first: the state only tells later tools what the flag already does.
Result<void> switchByFlag(const TargetMemory &memory, const RegionHeader &region, SwitchTo to) {
  const std::uint8_t flag = to == SwitchTo::On ? 1 : 0;
  LP_TRY(memory.write(flagAddress(region.at), {&flag, 1}));
  return writeState(memory, region, finalState(to));
}

// `undecided` is set where the agent was started and did not end in time. `stop`: the other threads, if they stand;
// then the gate is closed, so that they find all or nothing changed even if this tool dies. They stand until the gate
// is open again, for a child that is forked while it is closed would find its copy of the gate closed for ever.
// Withdrawn: nothing was done, for a signal has called the thread away.
Result<BorrowedThread::Commit> switchByAgent(const TargetSession &session, const RegionHeader &region, SwitchTo to,
                                             BorrowedThread &thread, ThreadStop *stop, bool &undecided) {
  const pid_t tid = thread.tid();
  LP_TRY(thread.startCommit(region.agentCommit, region.at,
                            to == SwitchTo::On ? x86_64::AgentCommand::Commit : x86_64::AgentCommand::Revert,
                            stop ? x86_64::Gate::Closed : x86_64::Gate::None));
  // It is a few hundred instructions away from being done, unless a signal handler runs first (without a gate).
  const auto limit = Clock::now() + agentLimit;
  while (Clock::now() < limit) {
    LP_TRY_ASSIGN(RegionState state, readState(session.memory(), region));
    if (state == finalState(to))
      return BorrowedThread::Commit::GoesOn;
    LP_TRY_ASSIGN(BorrowedThread::Commit commit, thread.noteSignals());
    if (commit == BorrowedThread::Commit::Withdrawn)
      return commit;
    std::this_thread::sleep_for(pauseForAgent); // not a spin: on one processor the borrowed thread needs it
  }
  if (!session.process().alive())
    return session.process().gone();
  undecided = true;
  return error(
      Fault::Busy,
      fmt::format("thread {} of process {} was to switch the patch {} but is still inside a signal handler; it will "
                  "switch it when that returns",
                  tid, session.process().describe(), region.name),
      "see `livepatch list` in a while");
}

// Children made from now on find 0 there. `leftByFork`: none of this process's threads may have begun the switch.
Result<void> claimSwitch(const TargetSession &session, const SwitchRequest &request) {
  if (request.region.mark.value == 0)
    return {};
  if (request.leftByFork) {
    LP_TRY_ASSIGN(std::uint64_t claimed, session.memory().readWord(request.region.mark));
    if (claimed)
      return error(Fault::Busy, fmt::format("patch {} is being switched in process {} right now", request.region.name,
                                            session.process().describe()));
  }
  return session.memory().writeWord(request.region.mark, 1);
}

// Without a stop: the byte changes between two instructions of everybody.
Result<void> switchNow(const TargetSession &session, const SwitchRequest &request, bool &undecided) {
  if (!request.throughAgent)
    return switchByFlag(session.memory(), request.region, request.to);
  LP_TRY(claimSwitch(session, request));
  for (int withdrawn = 0; withdrawn < mostWithdrawals; ++withdrawn) {
    LP_TRY_ASSIGN(BorrowedThread thread, session.borrow());
    LP_TRY_ASSIGN(BorrowedThread::Commit commit,
                  switchByAgent(session, request.region, request.to, thread, nullptr, undecided));
    if (commit == BorrowedThread::Commit::GoesOn)
      return {};
  }
  return error(Fault::Busy,
               fmt::format("no thread of process {} could run the switch: a signal came each time, at {} tries",
                           session.process().describe(), mostWithdrawals),
               "try again");
}

// Within a stop: the agent runs on one of the stopped threads while all the others still stand. That one, `runner`, is
// given back when the others are, so that its way back does not lengthen their stop.
Result<void> switchWhileStopped(const TargetSession &session, const SwitchRequest &request, ThreadStop &stop,
                                std::optional<BorrowedThread> &runner, bool &undecided) {
  if (!request.throughAgent)
    return switchByFlag(session.memory(), request.region, request.to);
  auto fits = [&](const SeizedThread &thread) {
    return BorrowedThread::suitable(thread, session.memory(), session.maps());
  };
  std::optional<SeizedThread> taken = stop.take(fits);
  if (!taken)
    return error(Fault::Busy, fmt::format("no thread of process {} can run the switch: all are receiving signals",
                                          session.process().describe()));
  LP_TRY_ASSIGN(BorrowedThread thread, BorrowedThread::of(std::move(*taken), session.process(), session.memory()));
  runner.emplace(std::move(thread));
  LP_TRY(claimSwitch(session, request));
  LP_TRY_ASSIGN(BorrowedThread::Commit commit,
                switchByAgent(session, request.region, request.to, *runner, &stop, undecided));
  // Its handler runs now and may be inside an old function: the look at the stacks is out of date.
  if (commit == BorrowedThread::Commit::Withdrawn)
    return error(Fault::Busy, fmt::format("thread {} of process {}, which was to run the switch, received a signal",
                                          runner->tid(), session.process().describe()));
  return {};
}

// What one stop has shown.
struct Attempt {
  bool switched = false;
  std::vector<Occupant> occupants;
  bool wantsUnwinder = false;
  std::optional<Error> failedSwitch; // nobody was inside, but the switch itself failed
  std::optional<Error> rolledBack;   // the stop would have lasted too long, or a thread does not stop
};

void noteTimes(StopTimes &times, const ThreadStop &stop) {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  ++times.attempts;
  times.longestOfRunning = std::max(times.longestOfRunning, duration_cast<microseconds>(stop.stopOfRunning()));
  times.longestOfSleeping = std::max(times.longestOfSleeping, duration_cast<microseconds>(stop.stopOfSleeping()));
}

// One stop: the sleepers are looked at while the others run; if nobody is inside, the others are stopped and looked at
// too. `whenClear` is done when nobody is inside at all.
template <typename WhenClear>
Result<Attempt> attempt(const TargetSession &session, ActivenessLook &look, Clock::duration limit, StopTimes &times,
                        WhenClear whenClear) {
  Result<ThreadStop> seized = ThreadStop::seize(session.process(), limit);
  if (!seized && seized.failure().fault == Fault::Busy) {
    Attempt nothing;
    nothing.rolledBack = std::move(seized).failure();
    return nothing;
  }
  LP_TRY_ASSIGN(ThreadStop stop, std::move(seized));
  UrgentSection urgent;
  Result<Attempt> outcome = [&]() -> Result<Attempt> {
    Attempt made;
    for (bool sleepersFirst : {true, false}) {
      if (Result<void> stopped = sleepersFirst ? stop.stopSleepers() : stop.stopTheRest(); !stopped) {
        if (stopped.failure().fault != Fault::Busy)
          return std::move(stopped).failure();
        made.rolledBack = std::move(stopped).failure();
        return made;
      }
      LP_TRY_ASSIGN(ActivenessLook::Finding finding,
                    look.at(sleepersFirst ? stop.sleepers() : stop.others(), stop.end()));
      if (finding.tooLong)
        made.rolledBack = stop.tooLong();
      made.occupants = std::move(finding.occupants);
      made.wantsUnwinder = finding.wantsUnwinder;
      if (made.rolledBack || !made.occupants.empty())
        return made;
    }
    // Nobody is inside. The switch is a matter of microseconds: to end it takes less than another stop would.
    if (Result<void> switched = whenClear(stop); !switched)
      made.failedSwitch = std::move(switched).failure();
    made.switched = !made.failedSwitch;
    return made;
  }();
  // Explicitly, and before anything else is done: the report can wait, the threads cannot.
  stop.resumeAll();
  noteTimes(times, stop);
  return outcome;
}

bool someUncertain(const std::vector<Occupant> &occupants) {
  return std::any_of(occupants.begin(), occupants.end(),
                     [](const Occupant &occupant) { return occupant.evidence == Evidence::StackWord; });
}

Error stillBusy(const TargetSession &session, const SwitchRequest &request, const Attempt &last, int attempts,
                const std::map<std::pair<int, std::string>, int> &seen) {
  // Somebody who was there at every look will not leave by itself, most likely: a main loop, a thread that waits for
  // ever.
  std::string who;
  bool always = false;
  for (const Occupant &occupant : last.occupants) {
    bool everyTime = attempts > 1 && seen.at({occupant.threadId, occupant.function}) == attempts;
    always = always || everyTime;
    who += (who.empty() ? "" : "; ") + describeOccupant(session, occupant, request.watched);
    if (everyTime)
      who += fmt::format(", as at each of {} looks", attempts);
  }
  return error(Fault::Busy,
               fmt::format("patch {} was not switched {} in process {}: {}", request.region.name,
                           request.to == SwitchTo::On ? "on" : "off", session.process().describe(), who),
               always
                   ? "a function that never returns cannot be waited for: use --consistency function, where calls in "
                     "progress end in the old code"
                   : "try again, give a longer --deadline, or use --consistency function");
}

// Certain evidence only: a word on a stack may be an old one.
const Occupant *insideForEver(const SwitchRequest &request, const Attempt &made) {
  const auto found = std::find_if(made.occupants.begin(), made.occupants.end(), [&](const Occupant &occupant) {
    return (occupant.evidence == Evidence::Running || occupant.evidence == Evidence::Returning) &&
           request.neverReturn.contains(occupant.function);
  });
  return found == made.occupants.end() ? nullptr : &*found;
}

Error neverFree(const TargetSession &session, const SwitchRequest &request, const Occupant &occupant) {
  return error(Fault::Busy,
               fmt::format("patch {} was not switched on in process {}: {}, a function that does not return",
                           request.region.name, session.process().describe(),
                           describeOccupant(session, occupant, request.watched)),
               "use --consistency function: the call in progress goes on in the old code, the next one is in the new");
}

} // namespace

std::string describeOccupant(const TargetSession &session, const Occupant &occupant,
                             const std::vector<WatchedFunction> &watched) {
  std::string name =
      readProcFile(fmt::format("/proc/{}/task/{}/comm", session.process().pid(), occupant.threadId)).value_or("\n");
  if (!name.empty())
    name.pop_back();
  auto function = std::find_if(watched.begin(), watched.end(), [&](const WatchedFunction &w) {
    return w.name == occupant.function && w.range.start <= occupant.at && occupant.at <= w.range.end;
  });
  std::string place = function == watched.end()
                          ? fmt::format("{:#x}", occupant.at.value)
                          : fmt::format("{}+{:#x}", occupant.function, occupant.at - function->range.start);
  switch (occupant.evidence) {
  case Evidence::Running:
    return fmt::format("thread {} ({}) runs in {}, at {}", occupant.threadId, name, occupant.function, place);
  case Evidence::Returning:
    return fmt::format("thread {} ({}) has a call of {} in progress, frame {}", occupant.threadId, name,
                       occupant.function, place);
  case Evidence::StackWord:
    return fmt::format(
        "thread {} ({}) seems to have a call of {} in progress, frame {} (its stack cannot be unwound exactly)",
        occupant.threadId, name, occupant.function, place);
  case Evidence::InTransit:
    break;
  }
  return fmt::format("thread {} ({}) is about to enter one of the functions", occupant.threadId, name);
}

Result<std::vector<Occupant>> lookForOccupants(TargetSession &session, const std::vector<WatchedFunction> &watched,
                                               const std::vector<AddressRange> &stubs) {
  ActivenessLook look(session, watched, stubs);
  LP_TRY(look.prepareUnwinder());
  LP_TRY_ASSIGN(ThreadStop stop, ThreadStop::seize(session.process(), longestStopLimit));
  UrgentSection urgent;
  LP_TRY(stop.stopSleepers());
  LP_TRY_ASSIGN(ActivenessLook::Finding sleepers, look.at(stop.sleepers(), stop.end()));
  if (sleepers.tooLong)
    return stop.tooLong();
  LP_TRY(stop.stopTheRest());
  LP_TRY_ASSIGN(ActivenessLook::Finding others, look.at(stop.others(), stop.end()));
  if (others.tooLong)
    return stop.tooLong();
  stop.resumeAll();
  std::vector<Occupant> all = std::move(sleepers.occupants);
  all.insert(all.end(), others.occupants.begin(), others.occupants.end());
  return all;
}

Result<bool> endInheritedSwitch(TargetSession &session, const RegionHeader &region) {
  if (region.mark.value == 0)
    return false;
  LP_TRY_ASSIGN(std::uint64_t claimed, session.memory().readWord(region.mark));
  if (claimed)
    return false;
  const bool on = region.closed ? !region.closedToRevert : region.state == RegionState::Committing;
  const SwitchRequest request{
      region, on ? SwitchTo::On : SwitchTo::Off, true, {}, {}, Consistency::Stack, agentLimit, std::nullopt, {}, true};
  SwitchOutcome outcome = switchPatch(session, request);
  if (outcome.failure)
    return *std::move(outcome.failure);
  return true;
}

SwitchOutcome switchPatch(TargetSession &session, const SwitchRequest &request) {
  SwitchOutcome outcome;
  if (request.consistency != Consistency::Stack) {
    if (Result<void> switched = switchNow(session, request, outcome.undecided); !switched)
      outcome.failure = std::move(switched).failure();
    return outcome;
  }
  // Short pauses at first (most functions are left within microseconds), longer ones later: each look costs the target
  // a stop.
  ActivenessLook look(session, request.watched, request.stubs);
  const auto limit = Clock::now() + request.deadline;
  Clock::duration stopLimit = request.stopLimit.value_or(firstStopLimit);
  std::map<std::pair<int, std::string>, int> seen;
  std::optional<Attempt> last; // that saw somebody
  std::chrono::milliseconds pause = firstPause;
  for (int attempts = 1;; ++attempts) {
    std::optional<BorrowedThread> runner;
    const auto began = Clock::now();
    Result<Attempt> made = [&]() -> Result<Attempt> {
      LP_TRY(look.refreshMaps());
      return attempt(session, look, stopLimit, outcome.times, [&](ThreadStop &stop) {
        return switchWhileStopped(session, request, stop, runner, outcome.undecided);
      });
    }();
    runner.reset();
    // Done, or failed in a way that another look cannot mend.
    if (made && made->switched)
      return outcome;
    if (made && made->failedSwitch && (made->failedSwitch->fault != Fault::Busy || outcome.undecided))
      outcome.failure = std::move(made->failedSwitch);
    // Signals were in the way: like any other stop that came to nothing.
    else if (made && made->failedSwitch)
      made->rolledBack = std::move(made->failedSwitch);
    if (!made)
      outcome.failure = made.failure();
    if (outcome.failure)
      return outcome;
    if (made->rolledBack) {
      ++outcome.times.rolledBack;
      // On a busy machine no stop may be as short as the first one should be.
      if (!request.stopLimit)
        stopLimit = std::min<Clock::duration>(stopLimit * 2, longestStopLimit);
      --attempts; // nor does one that saw nobody
    }
    // The unwind tables are read between two stops: when they are first needed, and now and then as long as some stack
    // cannot be followed, because a library with the missing ones may have been loaded since.
    if (made->wantsUnwinder || (attempts % looksBetweenTables == 0 && someUncertain(made->occupants))) {
      Result<void> prepared = look.prepareUnwinder();
      if (prepared && made->wantsUnwinder) {
        --attempts; // a look that could not see clearly does not count
        continue;
      }
      if (!prepared && prepared.failure().fault != Fault::Busy) {
        outcome.failure = std::move(prepared).failure();
        return outcome;
      }
    }
    if (const Occupant *occupant = insideForEver(request, *made)) {
      outcome.failure = neverFree(session, request, *occupant);
      return outcome;
    }
    for (const Occupant &occupant : made->occupants)
      ++seen[{occupant.threadId, occupant.function}];
    if (!made->rolledBack)
      last = *made;
    const auto now = Clock::now();
    if (now >= limit) {
      outcome.failure = last ? stillBusy(session, request, *last, attempts, seen) : *std::move(made->rolledBack);
      return outcome;
    }
    // Whatever the attempt has cost the target: it gets twice as long for its own work. Only the last one, at the
    // deadline, may come sooner.
    const auto rest = std::min(std::max<Clock::duration>(pause, 2 * (now - began)), limit - now);
    std::this_thread::sleep_for(rest);
    pause = std::min(pause * 2, longestPause);
  }
}

} // namespace livepatch
