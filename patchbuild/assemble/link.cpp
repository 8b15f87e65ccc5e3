#include "patchbuild/assemble/link.h"

#include "patchbuild/assemble/order_text.h"
#include "patchbuild/compile/program.h"
#include "patchbuild/source/file_text.h"

#include <fmt/format.h>

namespace livepatch {

namespace {

// A patch with data only is still a shared object, and destructors of its new static locals need a handle (null, the
// executable's: they run when the program exits, C++ ABI 3.3.5). One small unit serves both.
constexpr std::string_view supportSource = "    .section .note.GNU-stack,\"\",@progbits\n";
constexpr std::string_view handleSource = "    .section .data.rel.ro,\"aw\",@progbits\n"
                                          "    .hidden __dso_handle\n"
                                          "    .globl __dso_handle\n"
                                          "    .type __dso_handle,@object\n"
                                          "    .balign 8\n"
                                          "__dso_handle:\n"
                                          "    .quad 0\n"
                                          "    .size __dso_handle, 8\n";

Result<void> mustSucceed(const ProgramRun &run, const std::string &what, Fault fault) {
  LP_TRY_ASSIGN(const ProgramOutcome outcome, runProgram(run));
  if (outcome.succeeded())
    return {};
  std::string said = outcome.errors.empty() ? outcome.output : outcome.errors;
  while (!said.empty() && said.back() == '\n')
    said.pop_back();
  return error(fault, fmt::format("cannot {}: {} says: {}", what, run.arguments.front(), said));
}

Result<std::string> objectOf(const UnitOrder &order, const LinkInput &input, std::size_t number) {
  // Numbers and not names: nothing of a path may end up in the patch.
  const std::string stem = fmt::format("{}/part-{}", input.scratch, number);
  LP_TRY(writeFileText(stem + ".order.json", printOrder(order)));
  const std::string what = fmt::format("cut {} down to what the patch needs", order.unit->id);
  LP_TRY(mustSucceed(
      {.arguments = {input.toolchain.extract, order.unit->bitcode, stem + ".order.json", "-o", stem + ".bc"},
       .directory = {},
       .input = {}},
      what, Fault::Internal));
  LP_TRY(generateCode(order.unit->unit, stem + ".bc", stem + ".o"));
  return stem + ".o";
}

Result<std::string> supportObject(const LinkInput &input) {
  const std::string object = input.scratch + "/support.o";
  std::string source = std::string(supportSource) + input.record;
  if (input.plan.needsDsoHandle)
    source += handleSource;
  LP_TRY(mustSucceed({.arguments = {input.compiler.executable, "-c", "-x", "assembler", "-", "-o", object},
                      .directory = input.scratch,
                      .input = std::move(source)},
                     "assemble the patch's own part", Fault::Io));
  return object;
}

} // namespace

Result<std::string> linkPatch(const LinkInput &input) {
  const std::string patch = input.scratch + "/" + input.name + ".so";
  std::vector<std::string> arguments = {input.compiler.executable, "-shared", "-nostdlib", "-nostartfiles"};
  // -z text: no writable code, ever. -z now: the runtime fills every slot before the first call. GNU hash and
  // .eh_frame_hdr are what symbol lookup and unwinding read in the target.
  for (const char *option :
       {"-z,text", "-z,now", "-z,noexecstack", "--build-id=sha1", "--hash-style=gnu", "--eh-frame-hdr", "--as-needed",
        "--allow-shlib-undefined", "--compress-debug-sections=zlib"})
    arguments.push_back(fmt::format("-Wl,{}", option));
  arguments.insert(arguments.end(), {"-Wl,-soname," + input.name + ".so", "-o", patch});
  std::size_t number = 0;
  for (const UnitOrder &order : input.plan.orders) {
    LP_TRY_ASSIGN(std::string object, objectOf(order, input, ++number));
    arguments.push_back(std::move(object));
  }
  LP_TRY_ASSIGN(std::string support, supportObject(input));
  arguments.push_back(std::move(support));
  // The libraries give the versions of their symbols; which of them is in the process is looked up when it is applied.
  arguments.insert(arguments.end(), input.image.libraries.begin(), input.image.libraries.end());
  // Arithmetic that the processor does not have (128-bit division) is in the compiler's static, hidden library.
  arguments.push_back("-lgcc");
  LP_TRY(mustSucceed({.arguments = std::move(arguments), .directory = input.scratch, .input = {}},
                     fmt::format("link {}.so", input.name), Fault::Io));
  return patch;
}

} // namespace livepatch
