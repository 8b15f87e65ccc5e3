#include "clang-plugin/build_time.h"

#include "clang-plugin/clang_compat.h"
#include "clang-plugin/unit_facts.h"

#include "clang/Frontend/CompilerInstance.h"
#include "clang/Lex/PPCallbacks.h"
#include "clang/Lex/Preprocessor.h"

#include <cstdio>
#include <ctime>
#include <memory>

namespace livepatch {

namespace {

// As Preprocessor::ExpandBuiltinMacro spells them; it asks for the time at the first use of either macro and keeps it.
void addTime(const clang::Preprocessor &preprocessor, CompileFacts &facts) {
  static constexpr const char *months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm parts{};
  if (const auto fixed = sourceDateEpoch(preprocessor)) {
    gmtime_r(&*fixed, &parts);
  } else {
    // A second may end between this line and the compiler's own look. The function is then reported once too often.
    const std::time_t now = std::time(nullptr);
    localtime_r(&now, &parts);
  }
  char date[32], time[32];
  std::snprintf(date, sizeof date, "__DATE__=\"%s %2d %4d\"", months[parts.tm_mon], parts.tm_mday,
                parts.tm_year + 1900);
  std::snprintf(time, sizeof time, "__TIME__=\"%02d:%02d:%02d\"", parts.tm_hour, parts.tm_min, parts.tm_sec);
  for (const char *definition : {date, time}) {
    facts.command.emplace_back("-D");
    facts.command.emplace_back(definition);
  }
}

class BuildTimeWatch : public clang::PPCallbacks {
public:
  BuildTimeWatch(const clang::Preprocessor &preprocessor, CompileFacts &facts)
      : preprocessor_(preprocessor), facts_(facts) {}

  void MacroExpands(const clang::Token &name, const clang::MacroDefinition &definition, clang::SourceRange,
                    const clang::MacroArgs *) override {
    // Not built in: given on the command line, which has its place in the record already.
    const clang::MacroInfo *macro = definition.getMacroInfo();
    if (seen_ || !macro || !macro->isBuiltinMacro())
      return;
    const llvm::StringRef spelled = name.getIdentifierInfo()->getName();
    if (spelled != "__DATE__" && spelled != "__TIME__")
      return;
    seen_ = true;
    addTime(preprocessor_, facts_);
  }

private:
  const clang::Preprocessor &preprocessor_;
  CompileFacts &facts_;
  bool seen_ = false;
};

} // namespace

void recordBuildTime(clang::CompilerInstance &compiler, CompileFacts &facts) {
  clang::Preprocessor &preprocessor = compiler.getPreprocessor();
  preprocessor.addPPCallbacks(std::make_unique<BuildTimeWatch>(preprocessor, facts));
}

} // namespace livepatch
