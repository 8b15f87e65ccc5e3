#include "runtime/cli/exit_code.h"

namespace livepatch {

ExitCode exitCodeFor(Fault fault) {
  switch (fault) {
  case Fault::Usage:
    return ExitCode::Usage;
  case Fault::Already:
    return ExitCode::Already;
  case Fault::Refused:
  case Fault::Mismatch:
  case Fault::NotFound:
  case Fault::Permission:
    return ExitCode::Refused;
  case Fault::Busy:
    return ExitCode::Busy;
  case Fault::Gone:
    return ExitCode::Gone;
  case Fault::Io:
  case Fault::Format:
  case Fault::Internal:
    break;
  }
  return ExitCode::Failed;
}

ExitCode moreSevere(ExitCode a, ExitCode b) {
  // A process that has ended needs no patch; one that has it already is fine.
  auto rank = [](ExitCode code) {
    switch (code) {
    case ExitCode::Done:
      return 0;
    case ExitCode::Already:
      return 1;
    case ExitCode::Gone:
      return 2;
    case ExitCode::Busy:
      return 3;
    case ExitCode::Refused:
      return 4;
    case ExitCode::Failed:
      return 5;
    case ExitCode::Usage:
      break;
    }
    return 6;
  };
  return rank(a) >= rank(b) ? a : b;
}

const char *outcomeName(ExitCode code) {
  switch (code) {
  case ExitCode::Done:
    return "done";
  case ExitCode::Already:
    return "already";
  case ExitCode::Refused:
    return "refused";
  case ExitCode::Busy:
    return "busy";
  case ExitCode::Gone:
    return "gone";
  case ExitCode::Usage:
    return "usage";
  case ExitCode::Failed:
    break;
  }
  return "failed";
}

} // namespace livepatch
