#include "patchbuild/assemble/assemble.h"
#include "patchbuild/cli/judge.h"

namespace livepatch {

Result<ExitCode> createCommand(const Options &options) {
  LP_TRY(checkOutput(options.output)); // before minutes of work
  LP_TRY_ASSIGN(Judged judged, judge(options));
  Report report = judged.report();
  if (report.outcome == ExitCode::Produced) {
    LP_TRY_ASSIGN(const AssembledPatch patch,
                  assemblePatch({*judged.prepared.map, judged.verdict, judged.image, judged.prepared.change,
                                 judged.prepared.toolchain, judged.prepared.scratch.path(), judged.name,
                                 judged.prepared.parentNames(), options.replaces}));
    LP_TRY(publishPatch(patch, options.output));
    report.output = options.output;
  }
  printReport(report, options);
  return report.outcome;
}

} // namespace livepatch
