// list: what runs where, read from the processes themselves.
#include "runtime/core/content_hash.h"
#include "runtime/linux/mapped_file.h"
#include "runtime/linux/proc_file.h"
#include "runtime/linux/region_search.h"
#include "runtime/patcher/livepatch.h"
#include "runtime/patcher/switching.h"
#include "runtime/patcher/watch_list.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>

namespace livepatch {
namespace {

InstalledPatch describePatch(const RegionHeader &region) {
  InstalledPatch patch{region.name, hexText(region.identity), PatchStack::statusOf(region), {}, {}};
  for (const RegionRedirect &redirect : region.redirects)
    if (!redirect.toOriginal())
      patch.functions.push_back(redirect.name);
  std::sort(patch.functions.begin(), patch.functions.end());
  for (const RegionData &data : region.data)
    patch.data.push_back({data.name, data.state == DataState::Written});
  return patch;
}

std::string threadName(pid_t pid, pid_t tid) {
  std::string name = readProcFile(fmt::format("/proc/{}/task/{}/comm", pid, tid)).value_or("\n");
  if (!name.empty())
    name.pop_back();
  return name;
}

template <typename Wanted>
std::vector<pid_t> processesWhere(Wanted wanted) {
  std::vector<pid_t> found;
  for (pid_t pid : visibleProcesses())
    if (wanted(pid))
      found.push_back(pid);
  return found;
}

} // namespace

Result<ProcessReport> list(pid_t pid, LookAtThreads look) {
  LP_TRY_ASSIGN(TargetSession session, TargetSession::open(pid, SessionPurpose::Look, {}));
  ProcessReport report;
  report.pid = pid;
  report.command = session.process().executableName();
  for (const RegionHeader &region : session.patches().patches())
    report.patches.push_back(describePatch(region));
  for (const ForeignRegion &foreign : session.foreignPatches())
    report.foreign.push_back({foreign.name, hexText(foreign.identity), foreign.version, foreign.active});
  // Nothing is old in a process that was never patched, and then no thread has to be stopped to find that out.
  OldCode old = oldCode(session.patches());
  if (look == LookAtThreads::No || old.functions.empty())
    return report;
  // It holds threads for a moment: whoever is at work on this process must not come across that.
  LP_TRY(session.memory().lock(Clock::now() + ApplyOptions().deadline));
  LP_TRY_ASSIGN(std::vector<Occupant> occupants, lookForOccupants(session, old.functions, {}));
  for (const Occupant &occupant : occupants)
    for (std::size_t i = 0; i < old.functions.size(); ++i)
      if (old.functions[i].name == occupant.function)
        report.oldCodeUsers.push_back(
            {occupant.threadId, threadName(pid, occupant.threadId), old.versions[i].function, old.versions[i].patch});
  return report;
}

std::vector<pid_t> processesRunning(const std::string &executable) {
  std::error_code failed;
  std::string wanted = std::filesystem::weakly_canonical(executable, failed).string();
  if (failed)
    wanted = executable;
  struct stat file {};
  const bool there = ::stat(wanted.c_str(), &file) == 0;
  std::string buildId;
  if (auto mapped = MappedFile::open(wanted))
    if (auto view = ElfView::ofFile(mapped->bytes(), wanted))
      buildId = view->buildId();
  return processesWhere([&](pid_t pid) {
    const std::string link = fmt::format("/proc/{}/exe", pid);
    auto name = readProcLink(link);
    if (!name)
      return false;
    if (*name == wanted || *name == wanted + " (deleted)") // proc(5): how a replaced file is shown
      return true;
    struct stat its {};
    if (there && ::stat(link.c_str(), &its) == 0 && its.st_dev == file.st_dev && its.st_ino == file.st_ino)
      return true;
    // The link leads to the file itself, even where no name does.
    auto mapped = buildId.empty() ? Result<MappedFile>(error(Fault::NotFound, "")) : MappedFile::open(link);
    if (!mapped)
      return false;
    auto view = ElfView::ofFile(mapped->bytes(), *name);
    return view && view->buildId() == buildId;
  });
}

std::vector<pid_t> processesWith(const std::vector<std::string> &buildIds, std::vector<pid_t> *unreadable) {
  return processesWhere([&](pid_t pid) {
    auto process = TargetProcess::open(pid);
    if (!process)
      return false;
    auto memory = TargetMemory::open(*process);
    if (!memory && memory.failure().fault == Fault::Permission && unreadable)
      unreadable->push_back(pid);
    if (!memory)
      return false;
    // Not by file name: the file may have been replaced since the process was started.
    auto mapped = mappedBuildIds(*process, *memory);
    return std::any_of(buildIds.begin(), buildIds.end(), [&](const std::string &id) {
      return !id.empty() && std::binary_search(mapped.begin(), mapped.end(), id);
    });
  });
}

std::vector<pid_t> patchedProcesses(const std::optional<std::string> &name) {
  return processesWhere([&](pid_t pid) {
    auto process = TargetProcess::open(pid);
    if (!process)
      return false;
    auto memory = TargetMemory::open(*process);
    auto text = process->mapsText();
    if (!memory || !text)
      return false;
    auto maps = parseMemoryMaps(*text);
    if (!maps)
      return false;
    auto regions = findRegions(*memory, *maps);
    if (!regions)
      return true; // an unreadable one is worth a line too
    const auto wanted = [&](const ForeignRegion &foreign) { return !name || foreign.name == *name; };
    if (std::any_of(regions->foreign.begin(), regions->foreign.end(), wanted))
      return true;
    return name ? PatchStack(std::move(regions->regions)).named(*name) != nullptr : !regions->regions.empty();
  });
}

} // namespace livepatch
