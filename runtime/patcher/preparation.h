// Everything that is decided before the target is touched: the plan of the writes, and the patch's place and layout.
//
// A Preparation is a promise that, as far as can be known, nothing but a vanishing target can fail from here on.
#pragma once

#include "runtime/core/image_layout.h"
#include "runtime/core/region_image.h"
#include "runtime/core/relocate.h"
#include "runtime/core/result.h"
#include "runtime/core/write_plan.h"
#include "runtime/patcher/patch_files.h"
#include "runtime/patcher/symbol_lookup.h"
#include "runtime/patcher/target_session.h"

#include <optional>
#include <string>
#include <vector>

namespace livepatch {

struct Preparation {
  ElfView patch; // of the file's bytes
  std::vector<PatchObject> objects;
  SymbolLookup lookup;
  WritePlan plan;
  RegionIdentity identity;
  RegionLayout layout;
  std::size_t nearObject = 0;         // index in `objects`: the object that the region has to be near
  std::vector<RuntimeAddr> places;    // where the region may go, best first
  std::optional<FindObjectHook> hook; // where the patch can throw and the target can catch
  std::vector<std::string> notes;
  std::vector<RegionHeader> replaced; // patches whose place it takes, newest first
  [[nodiscard]] AddressRange rangeOf(std::size_t object) const { return objects[object].range; }
};

enum class Replace { Nothing, Earlier };
[[nodiscard]] Result<Preparation> prepare(const TargetSession &session, const PatchFiles &patch, Replace replace);

// The applied patches of the same objects, newest first: whose place a cumulative patch takes.
[[nodiscard]] Result<std::vector<RegionHeader>> patchesReplacedBy(const TargetSession &session,
                                                                  const PatchFiles &patch);

} // namespace livepatch
