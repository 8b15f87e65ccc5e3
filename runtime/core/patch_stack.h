// All patches of a process together: what is applied, in which order, and which patch governs which function.
//
// Pure: made from the region headers that were found in the target.
#pragma once

#include "runtime/core/address.h"
#include "runtime/core/manifest.h"
#include "runtime/core/region_header.h"
#include "runtime/core/result.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

enum class PatchStatus {
  Applied,   // the flag is set
  Reverted,  // in place, flag clear
  Prepared,  // complete but never switched on: a tool died before the commit
  Abandoned, // never completed, no entry points into it: may be unmapped
  InMotion,  // the agent is at work, or was stopped there
};

struct FunctionState {
  RuntimeAddr function;
  std::string name;
  std::string patch;               // whose code runs now; empty: the original
  bool decided = false;            // by an applied patch, even if it leads to the original
  std::vector<std::string> buried; // applied patches for the same function that a newer one covers, newest first
};

// The newer patch's saved bytes that have to receive what an older patch saved, before the older one is reverted.
struct HandDown {
  RuntimeAddr field; // handDownAddress of the entry that is reverted
  RuntimeAddr to;    // savedAddress of the newer patch's entry
};

struct RevertPlan {
  std::size_t patch = 0;             // index in PatchStack::patches()
  std::vector<std::string> restored; // functions that change now
  std::vector<std::string> covered;  // functions where a newer patch keeps governing
  std::vector<HandDown> handDowns;
  bool needsAgent = false; // there are written data
};

class PatchStack {
public:
  explicit PatchStack(std::vector<RegionHeader> regions); // any order; sorted by sequence here
  [[nodiscard]] const std::vector<RegionHeader> &patches() const { return patches_; } // oldest first
  [[nodiscard]] static PatchStatus statusOf(const RegionHeader &region);
  [[nodiscard]] std::uint64_t nextSequence() const;

  // Refused where a patch that this one was built on is not applied: its functions call that one's, and read its data.
  [[nodiscard]] Result<void> checkParents(const std::string &name, const std::vector<ManifestParent> &parents) const;

  // The region with this content, however it is called; abandoned ones do not count.
  [[nodiscard]] const RegionHeader *withIdentity(const ContentHash &identity) const;
  // The newest applied region of that name; if none is applied, the newest reverted one; else null.
  [[nodiscard]] const RegionHeader *named(std::string_view name) const;
  [[nodiscard]] std::vector<FunctionState> functions() const; // by address
  // For a patch that is to be applied: which of its functions an applied patch governs that it was not built on. What
  // that one changed in them goes out of force, as its author may not know. By patch, oldest first.
  struct TakenOver {
    std::string patch;
    std::vector<std::string> functions;
  };
  [[nodiscard]] std::vector<TakenOver> takenOver(const std::vector<RuntimeAddr> &functions,
                                                 const std::vector<ManifestParent> &parents) const;
  // The code ranges that a thread must not be inside when `region` (which need not be in the stack yet) is switched on,
  // or off if it is active: for each of its functions every version but the one that will govern then.
  struct Version {
    std::string function, patch; // patch empty: the original
    AddressRange range;
    std::optional<RuntimeAddr> entry; // the padding of the original; a patch's function is reached behind the redirect
  };
  [[nodiscard]] std::vector<Version> replacedVersions(const RegionHeader &region) const;

  // NotFound: no such patch. Already: it is reverted. Refused: a newer patch has written parts of the same data, or was
  // built on this one. A
  // patch in motion counts as applied: wait until the agent has had its time before acting on it.
  [[nodiscard]] Result<RevertPlan> planRevert(std::string_view name) const;
  // For switching a reverted patch on again: Refused where newer applied patches cover some of its functions or data,
  // because then its code would not run and the order of the stack would be wrong.
  [[nodiscard]] Result<void> checkReapply(const RegionHeader &region) const;

private:
  std::vector<RegionHeader> patches_;
};

} // namespace livepatch
