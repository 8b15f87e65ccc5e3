// Registration. One shared object is the Clang plugin (`-fplugin=`) and the LLVM pass plugin: the former makes the
// compiler load the latter, so that one argument does.
#include "clang-plugin/build_time.h"
#include "clang-plugin/compile_command.h"
#include "clang-plugin/declarations.h"
#include "clang-plugin/lambda_numbers.h"
#include "clang-plugin/lambda_text.h"
#include "clang-plugin/passes.h"
#include "clang-plugin/session.h"
#include "clang-plugin/type_uses.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/Basic/TargetInfo.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendPluginRegistry.h"
#include "llvm/Passes/PassPlugin.h"

#include <dlfcn.h>

#include <algorithm>
#include <optional>

namespace livepatch {

Session &session() {
  static Session current;
  return current;
}

std::string ownLibrary() {
  Dl_info info;
  if (dladdr(reinterpret_cast<void *>(&session), &info) == 0 || !info.dli_fname)
    return {};
  return info.dli_fname;
}

namespace {

class Declarations : public clang::ASTConsumer {
public:
  Declarations(clang::CompilerInstance &compiler, std::vector<Lambda> old)
      : compiler_(compiler), old_(std::move(old)) {}

  void Initialize(clang::ASTContext &context) override {
    if (context.getLangOpts().CPlusPlus)
      lambdas_.emplace(context, old_);
  }

  // False keeps it from the consumers behind this one, that is from the code generator; who instantiates templates does
  // not look at the answer.
  bool HandleTopLevelDecl(clang::DeclGroupRef group) override {
    if (isTooEarly(group)) {
      early_.push_back(group);
      return false;
    }
    for (const clang::Decl *declaration : group)
      see(declaration);
    passOnEarly(false);
    return true;
  }
  void HandleInlineFunctionDefinition(clang::FunctionDecl *function) override {
    see(function);
    passOnEarly(false);
  }
  void HandleCXXStaticMemberVarInstantiation(clang::VarDecl *variable) override { see(variable); }

  void HandleTranslationUnit(clang::ASTContext &context) override {
    passOnEarly(true);
    if (context.getDiagnostics().hasErrorOccurred())
      return;
    UnitFacts &facts = session().facts;
    if (lambdas_)
      facts.lambdas = lambdas_->take();
    collectDeclarations(context, facts);
    if (!session().options.mapOut.empty())
      addTypeUses(context, facts);
    if (!session().files)
      return;
    facts.files = session().files->names();
    // An analysis sees texts that were prepared for it.
    if (session().options.mapOut.empty())
      facts.contents = session().files->contents(facts.files);
  }

private:
  void see(const clang::Decl *declaration) {
    if (lambdas_ && !session().diagnostics->hasErrorOccurred())
      lambdas_->see(*declaration);
  }

  bool isTooEarly(clang::DeclGroupRef group) const {
    if (!lambdas_ || ending_ || !group.isSingleDecl())
      return false;
    auto *function = llvm::dyn_cast_or_null<clang::FunctionDecl>(group.getSingleDecl());
    return function && function->getTemplateSpecializationKind() == clang::TSK_ImplicitInstantiation &&
           lambdas_->isTooEarly(*function);
  }

  void passOnEarly(bool all) {
    if (early_.empty() || (!all && lambdas_->numbered() == numbered_))
      return;
    ending_ = all;
    numbered_ = lambdas_->numbered();
    std::vector<clang::DeclGroupRef> groups;
    groups.swap(early_);
    for (const clang::DeclGroupRef group : groups)
      compiler_.getASTConsumer().HandleTopLevelDecl(group);
  }

  clang::CompilerInstance &compiler_;
  std::vector<clang::DeclGroupRef> early_;
  std::size_t numbered_ = 0;
  bool ending_ = false;
  std::vector<Lambda> old_;
  std::optional<LambdaNumbers> lambdas_;
};

bool makesCode(const clang::FrontendOptions &options) {
  switch (options.ProgramAction) {
  case clang::frontend::EmitAssembly:
  case clang::frontend::EmitBC:
  case clang::frontend::EmitLLVM:
  case clang::frontend::EmitLLVMOnly:
  case clang::frontend::EmitCodeGenOnly:
  case clang::frontend::EmitObj:
    return true;
  default:
    return false;
  }
}

bool isPatchableTarget(const llvm::Triple &triple) {
  return triple.getArch() == llvm::Triple::x86_64 && triple.isOSBinFormatELF() && !triple.isX32();
}

class LivePatchAction : public clang::PluginASTAction {
protected:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance &compiler,
                                                        llvm::StringRef source) override {
    if (isModuleOnTheSide(compiler))
      return std::make_unique<clang::ASTConsumer>();
    Session &now = session();
    now.facts = UnitFacts();
    now.files.reset();
    now.diagnostics = &compiler.getDiagnostics();
    now.active = isPatchable(compiler);
    if (!now.active)
      return std::make_unique<clang::ASTConsumer>();
    now.facts.compile = describeCompile(compiler, source, ownLibrary());
    recordBuildTime(compiler, now.facts.compile);
    now.files = SourceFiles::watch(compiler);
    std::vector<std::string> &plugins = compiler.getCodeGenOpts().PassPlugins;
    if (std::find(plugins.begin(), plugins.end(), ownLibrary()) == plugins.end())
      plugins.push_back(ownLibrary());
    std::vector<Lambda> old;
    if (!now.options.lambdas.empty() && !readLambdas(now.options.lambdas, old)) {
      const unsigned id = compiler.getDiagnostics().getCustomDiagID(clang::DiagnosticsEngine::Error,
                                                                    "LivePatch: cannot read the lambdas in '%0'");
      compiler.getDiagnostics().Report(id) << now.options.lambdas;
    }
    return std::make_unique<Declarations>(compiler, std::move(old));
  }

  bool ParseArgs(const clang::CompilerInstance &compiler, const std::vector<std::string> &arguments) override {
    if (isModuleOnTheSide(compiler))
      return true;
    session().options = Options();
    return parseOptions(arguments, compiler.getDiagnostics(), session().options);
  }

  ActionType getActionType() override { return AddBeforeMainAction; }

private:
  // With -fmodules the compile of a unit is interrupted for the modules that it imports: another compiler instance in
  // the same process, to which the session does not belong.
  static bool isModuleOnTheSide(const clang::CompilerInstance &compiler) {
    return compiler.getLangOpts().getCompilingModule() == clang::LangOptions::CMK_ModuleMap;
  }

  static bool isPatchable(clang::CompilerInstance &compiler) {
    if (!makesCode(compiler.getFrontendOpts()))
      return false;
    clang::DiagnosticsEngine &diagnostics = compiler.getDiagnostics();
    const clang::CodeGenOptions &options = compiler.getCodeGenOpts();
    if (options.PrepareForLTO || options.PrepareForThinLTO) {
      diagnostics.Report(diagnostics.getCustomDiagID(
          clang::DiagnosticsEngine::Error,
          "LivePatch cannot make LTO code patchable yet: the linker optimises it once more, so the object "
          "knows neither its functions nor their addresses; build without -flto"));
      return false;
    }
    if (options.DisableLLVMPasses) {
      // So works -save-temps: one step makes bitcode as it comes from the front end, another one, which has no source
      // to look at, optimises it.
      diagnostics.Report(
          diagnostics.getCustomDiagID(clang::DiagnosticsEngine::Warning,
                                      "LivePatch needs the optimiser in the same step as the source (no -save-temps, "
                                      "no -disable-llvm-passes): the object is built without padding and map"));
      return false;
    }
    const clang::LangOptions &language = compiler.getLangOpts();
    // Code for accelerators is compiled along with the program and runs elsewhere.
    if (language.CUDAIsDevice || language.SYCLIsDevice)
      return false;
    const llvm::Triple &triple = compiler.getTarget().getTriple();
    if (!isPatchableTarget(triple)) {
      diagnostics.Report(diagnostics.getCustomDiagID(
          clang::DiagnosticsEngine::Warning,
          "LivePatch does not know the target '%0': the object is built without padding and map"))
          << triple.str();
      return false;
    }
    return true;
  }
};

const clang::FrontendPluginRegistry::Add<LivePatchAction> registration("livepatch", "makes objects live-patchable");

} // namespace
} // namespace livepatch

extern "C" __attribute__((visibility("default"))) llvm::PassPluginLibraryInfo llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "livepatch", "1", livepatch::registerPasses};
}
