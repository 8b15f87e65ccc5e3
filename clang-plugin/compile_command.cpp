#include "clang-plugin/compile_command.h"

#include "clang/Basic/Version.h"
#include "clang/Frontend/CompilerInvocation.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/StringSaver.h"

#include <algorithm>

namespace livepatch {
namespace {

// What the compile writes besides its result: repeating the compile must not write it again.
void dropOutputs(clang::CompilerInvocation &invocation) {
  clang::FrontendOptions &frontend = invocation.getFrontendOpts();
  frontend.OutputFile.clear();
  frontend.StatsFile.clear();
  frontend.ShowStats = false;
  clang::DependencyOutputOptions &dependencies = invocation.getDependencyOutputOpts();
  dependencies = clang::DependencyOutputOptions();
  clang::CodeGenOptions &code = invocation.getCodeGenOpts();
  code.SplitDwarfOutput.clear();
  code.SplitDwarfFile.clear();
  code.OptRecordFile.clear();
  clang::DiagnosticOptions &diagnostics = invocation.getDiagnosticOpts();
  diagnostics.DiagnosticLogFile.clear();
  diagnostics.DiagnosticSerializationFile.clear();
}

void dropPlugin(clang::CompilerInvocation &invocation, llvm::StringRef ownLibrary) {
  auto isOwn = [&](const std::string &path) {
    return path == ownLibrary || llvm::sys::fs::equivalent(path, ownLibrary);
  };
  clang::FrontendOptions &frontend = invocation.getFrontendOpts();
  auto drop = [&](std::vector<std::string> &paths) {
    paths.erase(std::remove_if(paths.begin(), paths.end(), isOwn), paths.end());
  };
  drop(frontend.Plugins);
  drop(invocation.getCodeGenOpts().PassPlugins);
  frontend.PluginArgs.erase("livepatch");
}

// "Debian clang version 14.0.6 (...)" -> "14.0.6": of the running compiler, not of the headers used here.
std::string runningVersion() {
  const std::string full = clang::getClangFullVersion();
  const llvm::StringRef marker = "version ";
  const auto at = llvm::StringRef(full).find(marker);
  if (at == llvm::StringRef::npos)
    return CLANG_VERSION_STRING;
  return llvm::StringRef(full).substr(at + marker.size()).split(' ').first.str();
}

std::string optimizationLevel(const clang::CodeGenOptions &options) {
  if (options.OptimizeSize == 2)
    return "z";
  if (options.OptimizeSize == 1)
    return "s";
  return std::to_string(options.OptimizationLevel);
}

std::string workingDirectory(clang::CompilerInstance &compiler) {
  if (const std::string &given = compiler.getFileSystemOpts().WorkingDir; !given.empty())
    return given;
  llvm::SmallString<256> path;
  return llvm::sys::fs::current_path(path) ? std::string() : std::string(path.str());
}

} // namespace

CompileFacts describeCompile(clang::CompilerInstance &compiler, llvm::StringRef source, llvm::StringRef ownLibrary) {
  CompileFacts facts;
  facts.source = source.str();
  facts.directory = workingDirectory(compiler);
  facts.compilerVersion = runningVersion();
  facts.executable = llvm::sys::fs::getMainExecutable(nullptr, nullptr);
  facts.emulatedTls = compiler.getCodeGenOpts().EmulatedTLS;
  facts.optimization = optimizationLevel(compiler.getCodeGenOpts());

  clang::CompilerInvocation invocation(compiler.getInvocation());
  dropOutputs(invocation);
  dropPlugin(invocation, ownLibrary);
  llvm::BumpPtrAllocator memory;
  llvm::StringSaver saver(memory);
  llvm::SmallVector<const char *, 128> arguments;
  invocation.generateCC1CommandLine(arguments, [&](const llvm::Twine &text) { return saver.save(text).data(); });
  // In 14 the program's own "-cc1" is left to the caller, from 16 on it is there.
  if (arguments.empty() || llvm::StringRef(arguments.front()) != "-cc1")
    facts.command.push_back("-cc1");
  for (const char *argument : arguments)
    facts.command.push_back(argument);
  return facts;
}

} // namespace livepatch
