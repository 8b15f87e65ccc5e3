// What happens to a function, in the first column of reports.
#pragma once

#include "runtime/core/manifest.h"

namespace livepatch {

inline const char *actionText(FunctionAction action) {
  switch (action) {
  case FunctionAction::Redirected:
    return "redirect";
  case FunctionAction::BoundInside:
    return "inside";
  case FunctionAction::New:
    break;
  }
  return "new";
}

} // namespace livepatch
