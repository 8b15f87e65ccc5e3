#include "patchbuild/cli/judge.h"

namespace livepatch {

Result<ExitCode> explainCommand(const Options &options) {
  LP_TRY_ASSIGN(const Judged judged, judge(options));
  const Report report = judged.report();
  printReport(report, options);
  return report.outcome;
}

} // namespace livepatch
