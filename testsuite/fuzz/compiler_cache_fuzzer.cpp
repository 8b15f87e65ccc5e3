// What comes out of a compiler cache and out of the compiler that shows what it reads: any bytes give a result, a list
// of names or nothing; and no result but the one that was printed.
#include "patchbuild/cache/analysis_request.h"
#include "patchbuild/cache/analysis_result.h"
#include "patchbuild/cache/text_coverage.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  using namespace livepatch;
  const std::string_view text(reinterpret_cast<const char *>(data), size);
  const std::string key(64, 'a');
  if (const auto result = parseAnalysisResult(text, key); result && printAnalysisResult(*result, key) != text)
    std::abort();
  const AnalysisResult both{std::string(text.substr(0, size / 3)), std::string(text.substr(size / 3))};
  if (parseAnalysisResult(printAnalysisResult(both, key), key) != both)
    std::abort();
  (void)whyUnsettled(text, dependenciesIn(text), size % 2 == 0);
  (void)parseRequest(text, "fuzz");
  return 0;
}
