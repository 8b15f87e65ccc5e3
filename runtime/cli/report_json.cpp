#include "runtime/cli/report.h"
#include "runtime/cli/status_name.h"

namespace livepatch {
namespace {

nlohmann::json json(const StopTimes &stops) {
  return {{"attempts", stops.attempts},
          {"rolled-back", stops.rolledBack},
          {"longest-of-running-us", stops.longestOfRunning.count()},
          {"longest-of-sleeping-us", stops.longestOfSleeping.count()},
          {"borrowings", stops.borrowings.times},
          {"longest-borrowing-us", stops.borrowings.longest.count()}};
}

nlohmann::json json(const std::vector<ChangedData> &data) {
  nlohmann::json list = nlohmann::json::array();
  for (const ChangedData &item : data)
    list.push_back({{"name", item.name}, {"written", item.written}});
  return list;
}

const char *faultName(Fault fault) {
  switch (fault) {
  case Fault::Usage:
    return "usage";
  case Fault::Io:
    return "io";
  case Fault::Format:
    return "format";
  case Fault::NotFound:
    return "not-found";
  case Fault::Refused:
    return "refused";
  case Fault::Mismatch:
    return "mismatch";
  case Fault::Permission:
    return "permission";
  case Fault::Busy:
    return "busy";
  case Fault::Gone:
    return "gone";
  case Fault::Already:
    return "already";
  case Fault::Internal:
    break;
  }
  return "internal";
}

} // namespace

nlohmann::json json(const ApplyReport &report) {
  return {{"patch", report.patch},         {"switched-on-again", report.switchedOnAgain},
          {"functions", report.functions}, {"data", json(report.data)},
          {"replaced", report.replaced},   {"back", report.back},
          {"notes", report.notes},         {"consistency", consistencyName(report.consistency)},
          {"stops", json(report.stops)}};
}

nlohmann::json json(const RevertReport &report) {
  nlohmann::json memory = {{"given-back", report.memory && report.memory->given}};
  if (report.memory)
    memory.update({{"why", report.memory->why}, {"stopped-us", report.memory->stopped.count()}});
  return {{"patch", report.patch}, {"restored", report.restored}, {"covered", report.covered}, {"kept", report.kept},
          {"memory", memory},      {"stops", json(report.stops)}};
}

nlohmann::json json(const CheckReport &report) {
  nlohmann::json out = json(report.would);
  out.erase("stops");
  out["busy"] = report.busy;
  return out;
}

nlohmann::json json(const ProcessReport &report) {
  nlohmann::json patches = nlohmann::json::array(), users = nlohmann::json::array();
  for (const InstalledPatch &patch : report.patches)
    patches.push_back({{"name", patch.name},
                       {"identity", patch.identity},
                       {"status", statusName(patch.status)},
                       {"functions", patch.functions},
                       {"data", json(patch.data)}});
  for (const OldCodeUser &user : report.oldCodeUsers)
    users.push_back(
        {{"thread", user.thread}, {"name", user.threadName}, {"function", user.function}, {"patch", user.patch}});
  nlohmann::json foreign = nlohmann::json::array();
  for (const ForeignPatch &patch : report.foreign)
    foreign.push_back(
        {{"name", patch.name}, {"identity", patch.identity}, {"format", patch.format}, {"active", patch.active}});
  return {
      {"command", report.command}, {"patches", patches}, {"of-another-version", foreign}, {"old-code-users", users}};
}

nlohmann::json json(const std::vector<FunctionSymbol> &symbols) {
  nlohmann::json all = nlohmann::json::array();
  for (const FunctionSymbol &symbol : symbols)
    all.push_back(
        {{"address", symbol.at.value}, {"size", symbol.size}, {"name", symbol.name}, {"patch", symbol.patch}});
  return {{"symbols", all}};
}

nlohmann::json json(const Error &failure) {
  return {{"fault", faultName(failure.fault)}, {"message", failure.message}, {"hint", failure.remedy}};
}

} // namespace livepatch
