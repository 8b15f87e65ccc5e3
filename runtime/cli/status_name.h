// The words for enumerations, in text and in JSON alike.
#pragma once

#include "runtime/patcher/livepatch.h"

namespace livepatch {

[[nodiscard]] inline const char *statusName(PatchStatus status) {
  switch (status) {
  case PatchStatus::Applied:
    return "applied";
  case PatchStatus::Reverted:
    return "reverted";
  case PatchStatus::Prepared:
    return "prepared";
  case PatchStatus::Abandoned:
    return "abandoned";
  case PatchStatus::InMotion:
    break;
  }
  return "in motion";
}

[[nodiscard]] inline const char *consistencyName(Consistency consistency) {
  switch (consistency) {
  case Consistency::Automatic:
    return "automatic";
  case Consistency::None:
    return "none";
  case Consistency::Function:
    return "function";
  case Consistency::Stack:
    break;
  }
  return "stack";
}

} // namespace livepatch
