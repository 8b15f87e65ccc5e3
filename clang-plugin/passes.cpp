#include "clang-plugin/passes.h"

#include "clang-plugin/map_section.h"
#include "clang-plugin/pinning.h"
#include "clang-plugin/session.h"
#include "clang-plugin/unit_map.h"

#include "llvm/IR/PassManager.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Transforms/IPO/ConstantMerge.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"
#include "llvm/Transforms/Utils/RelLookupTableConverter.h"

namespace livepatch {
namespace {

EarlyLook &earlyLook() {
  static EarlyLook look;
  return look;
}

struct FirstLook : llvm::PassInfoMixin<FirstLook> {
  static bool isRequired() { return true; }
  llvm::PreservedAnalyses run(llvm::Module &module, llvm::ModuleAnalysisManager &) {
    if (!session().active)
      return llvm::PreservedAnalyses::all();
    earlyLook() = lookEarly(module); // before pinning, which is none of the program's
    pinWritableStatics(module);
    return llvm::PreservedAnalyses::none();
  }
};

void writeFile(const std::string &path, const std::string &text) {
  std::error_code error;
  llvm::raw_fd_ostream out(path, error, llvm::sys::fs::OF_None);
  if (!error) {
    out << text << '\n';
    out.close();
    error = out.error();
    out.clear_error();
  }
  if (!error || !session().diagnostics)
    return;
  clang::DiagnosticsEngine &diagnostics = *session().diagnostics;
  diagnostics.Report(
      diagnostics.getCustomDiagID(clang::DiagnosticsEngine::Error, "LivePatch: cannot write the map '%0': %1"))
      << path << error.message();
}

// Clang 19 makes a coroutine's wrappers private: code without a symbol, which neither a map nor a patch could name.
void giveEveryFunctionASymbol(llvm::Module &module) {
  for (llvm::Function &function : module)
    if (function.hasPrivateLinkage())
      function.setLinkage(llvm::GlobalValue::InternalLinkage);
}

struct LastLook : llvm::PassInfoMixin<LastLook> {
  static bool isRequired() { return true; }
  llvm::PreservedAnalyses run(llvm::Module &module, llvm::ModuleAnalysisManager &) {
    const Session &now = session();
    if (!now.active)
      return llvm::PreservedAnalyses::all();
    giveEveryFunctionASymbol(module);
    const bool analysis = !now.options.mapOut.empty();
    const UnitMap map = makeUnitMap(module, earlyLook(), now.facts, analysis ? MapForm::Analysis : MapForm::Section,
                                    now.options.padding);
    if (analysis)
      writeFile(now.options.mapOut, map.json);
    else
      addMapSection(module, map, now.facts.records);
    return llvm::PreservedAnalyses::none();
  }
};

} // namespace

void registerPasses(llvm::PassBuilder &builder) {
  builder.registerPipelineStartEPCallback(
      [](llvm::ModulePassManager &passes, llvm::OptimizationLevel) { passes.addPass(FirstLook()); });
  builder.registerOptimizerLastEPCallback([](llvm::ModulePassManager &passes, llvm::OptimizationLevel level) {
    // LLVM runs these after the hook, where they would still drop and rename what the map names. Running them
    // here leaves nothing for the second time.
    if (level != llvm::OptimizationLevel::O0) {
      passes.addPass(llvm::GlobalDCEPass());
      passes.addPass(llvm::ConstantMergePass());
      passes.addPass(llvm::RelLookupTableConverterPass());
    }
    passes.addPass(LastLook());
  });
}

} // namespace livepatch
