// A verdict in words, and the same as JSON for programs.
#pragma once

#include "patchbuild/cli/options.h"
#include "patchbuild/decide/verdict.h"
#include "patchbuild/source/build_inputs.h"
#include "patchbuild/verify/fresh_check.h"

#include <string>
#include <vector>

namespace livepatch {

struct Report {
  ExitCode outcome = ExitCode::Failed;
  std::string name;               // of the patch
  std::string output;             // where it was written; empty: nothing was
  std::vector<std::string> units; // ids of what was compiled
  std::vector<std::string> notes; // what the preparation had to say
  BuildInputs unread;             // changed files that no compile reads
  const Verdict *verdict = nullptr;
  const FreshReport *fresh = nullptr; // null: nobody asked
};

[[nodiscard]] std::string reportText(const Report &report, bool verbose);
[[nodiscard]] std::string reportJson(const Report &report);

} // namespace livepatch
