#include "patchbuild/decide/linker_sets.h"

#include <fmt/format.h>

namespace livepatch {

namespace {

class SetCheck {
public:
  SetCheck(Deciding &deciding, const ComparedUnit &unit) : deciding_(deciding), unit_(unit) {}

  void run() {
    for (const auto &[name, variable] : unit_.variables) {
      const MapVariable &now = *variable.now;
      const MapVariable *old = variable.base && variable.base->address ? variable.base : nullptr;
      if (!old && variable.candidates.empty())
        refuse(now.section, nullptr, &now);
      else if (old && old->section != now.section && !walkers(old->section).empty())
        refuse(old->section, old, &now);
      else if (old && (old->section != now.section || (old->constant && old->content != now.content)))
        refuse(now.section, old, &now);
    }
    for (const MapVariable *gone : unit_.gone)
      if (gone->address)
        refuse(gone->section, gone, nullptr);
  }

private:
  std::vector<BaseUser> walkers(const std::string &section) const {
    if (section.empty())
      return {};
    std::vector<BaseUser> out = deciding_.index.usersOfName("__start_" + section);
    if (out.empty())
      out = deciding_.index.usersOfName("__stop_" + section);
    return out;
  }

  void refuse(const std::string &section, const MapVariable *old, const MapVariable *now) {
    const std::vector<BaseUser> users = walkers(section);
    if (users.empty())
      return;
    const MapVariable &thing = now ? *now : *old;
    deciding_.refuse(
        {.rule = "linker-set",
         .thing = thing.name,
         .place = thing.place,
         .oldDefinition = old ? describe(*old) : std::string(),
         .newDefinition = now ? describe(*now) : std::string(),
         .oldPlace = old ? old->place : std::string(),
         .users = userNames(deciding_, users),
         .why = fmt::format("it stands in section {0}, which the program walks from __start_{0} to __stop_{0}: a patch "
                            "can put nothing into it, take nothing out and rewrite none of its constants",
                            section),
         .remedy = "add what is new in the code that walks the section, behind its loop"});
  }

  Deciding &deciding_;
  const ComparedUnit &unit_;
};

} // namespace

void checkLinkerSets(Deciding &deciding) {
  for (const ComparedUnit &unit : deciding.comparison.units)
    SetCheck(deciding, unit).run();
}

} // namespace livepatch
