// The common part of `create` and `explain`: from the user's words to a verdict.
#pragma once

#include "patchbuild/cli/prepare.h"
#include "patchbuild/cli/report.h"
#include "patchbuild/decide/verdict.h"
#include "patchbuild/target/image.h"
#include "patchbuild/verify/fresh_check.h"
#include "runtime/core/result.h"

#include <optional>

namespace livepatch {

struct Judged {
  Prepared prepared;
  TargetImage image;
  std::string name;
  Verdict verdict;                  // leads into prepared
  std::optional<FreshReport> fresh; // where the user gave a fresh build to compare with
  [[nodiscard]] ExitCode outcome() const;
  [[nodiscard]] Report report() const;
};

[[nodiscard]] Result<Judged> judge(const Options &options);

// Writes the report to standard output as the options ask for it.
void printReport(const Report &report, const Options &options);

} // namespace livepatch
