// livepatch-extract IN.bc ORDER.json -o OUT.bc: run by patchbuild, once for each changed unit.
#include "clang-plugin/extract/extract.h"
#include "clang-plugin/extract/order.h"

#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IRReader/IRReader.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

namespace {

int fail(const llvm::Twine &what) {
  llvm::errs() << "livepatch-extract: " << what << '\n';
  return 1;
}

} // namespace

int main(int argc, char **argv) {
  llvm::cl::OptionCategory category("livepatch-extract");
  llvm::cl::opt<std::string> input(llvm::cl::Positional, llvm::cl::desc("IN.bc"), llvm::cl::Required,
                                   llvm::cl::cat(category));
  llvm::cl::opt<std::string> orderFile(llvm::cl::Positional, llvm::cl::desc("ORDER.json"), llvm::cl::Required,
                                       llvm::cl::cat(category));
  llvm::cl::opt<std::string> output("o", llvm::cl::desc("bitcode of what the patch needs"),
                                    llvm::cl::value_desc("OUT.bc"), llvm::cl::Required, llvm::cl::cat(category));
  llvm::cl::HideUnrelatedOptions(category);
  llvm::cl::ParseCommandLineOptions(argc, argv, "cuts a changed unit's module down to what a live patch needs\n");

  llvm::LLVMContext context;
  llvm::SMDiagnostic diagnostic;
  std::unique_ptr<llvm::Module> module = llvm::parseIRFile(input, diagnostic, context);
  if (!module)
    return fail("cannot read '" + input + "': " + diagnostic.getMessage());
  auto text = llvm::MemoryBuffer::getFile(orderFile);
  if (!text)
    return fail("cannot read '" + orderFile + "': " + text.getError().message());
  auto order = livepatch::parseOrder((*text)->getBuffer());
  if (!order)
    return fail("'" + orderFile + "': " + llvm::toString(order.takeError()));
  if (llvm::Error failed = livepatch::extract(*module, *order))
    return fail(order->unit + ": " + llvm::toString(std::move(failed)));

  std::error_code error;
  llvm::raw_fd_ostream stream(output, error, llvm::sys::fs::OF_None);
  if (error)
    return fail("cannot write '" + output + "': " + error.message());
  llvm::WriteBitcodeToFile(*module, stream);
  stream.close();
  if (stream.has_error()) {
    const std::string why = stream.error().message();
    stream.clear_error();
    return fail("cannot write '" + output + "': " + why);
  }
  return 0;
}
