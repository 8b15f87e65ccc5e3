// The hook before _dl_find_object.
#include "testsuite/unit/arch/agent_copy.h"

#include <dlfcn.h>

namespace livepatch {
namespace {

using FindObject = int (*)(void *, dl_find_object *);

int nothingFound(void *, dl_find_object *) {
  return -1;
}

TEST(AgentFindObject, AnswersForThePatchAndPassesEverythingElseOn) {
  OwnRegion region;
  region.header.unwind = {{{{0x1000}, {0x2000}}, {0x900}}, {{{0x5000}, {0x5001}}, {0x910}}};
  AgentCopy agent;
  const AgentCode &code = architecture().agent;
  agent.setNumber(code.headerOffset, region.place());
  agent.setNumber(code.findObjectNextOffset, reinterpret_cast<std::uint64_t>(&nothingFound));
  const auto find = reinterpret_cast<FindObject>(agent.ready(code.findObjectOffset));

  dl_find_object found{};
  std::memset(&found, 0xff, sizeof found);
  EXPECT_EQ(find(reinterpret_cast<void *>(0x1fff), &found), 0);
  EXPECT_EQ(found.dlfo_flags, 0u);
  EXPECT_EQ(found.dlfo_map_start, reinterpret_cast<void *>(0x1000));
  EXPECT_EQ(found.dlfo_map_end, reinterpret_cast<void *>(0x2000));
  EXPECT_EQ(found.dlfo_link_map, nullptr);
  EXPECT_EQ(found.dlfo_eh_frame, reinterpret_cast<void *>(0x900));
  EXPECT_EQ(find(reinterpret_cast<void *>(0x5000), &found), 0);
  EXPECT_EQ(found.dlfo_eh_frame, reinterpret_cast<void *>(0x910));
  for (const std::uintptr_t outside : {0x0fffu, 0x2000u, 0x4fffu, 0x5001u})
    EXPECT_EQ(find(reinterpret_cast<void *>(outside), &found), -1) << outside;
}

TEST(AgentFindObject, KeepsTheRealAnswersForTheRealModules) {
  OwnRegion region; // a patch without unwind tables
  AgentCopy agent;
  const AgentCode &code = architecture().agent;
  agent.setNumber(code.headerOffset, region.place());
  agent.setNumber(code.findObjectNextOffset, reinterpret_cast<std::uint64_t>(&_dl_find_object));
  const auto find = reinterpret_cast<FindObject>(agent.ready(code.findObjectOffset));
  dl_find_object hooked{}, direct{};
  void *here = reinterpret_cast<void *>(&nothingFound);
  EXPECT_EQ(find(here, &hooked), 0);
  EXPECT_EQ(_dl_find_object(here, &direct), 0);
  EXPECT_EQ(hooked.dlfo_eh_frame, direct.dlfo_eh_frame);
}

} // namespace
} // namespace livepatch
