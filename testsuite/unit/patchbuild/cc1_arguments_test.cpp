#include "patchbuild/compile/cc1_arguments.h"
#include "patchbuild/compile/compile_commands.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

using Words = std::vector<std::string>;

MapUnit unitWith(Words command, std::string source = "a.c") {
  MapUnit unit;
  unit.command = std::move(command);
  unit.source = std::move(source);
  return unit;
}

const AnalysisOutputs outputs{"/p/livepatch-clang-plugin.so", "/s/u.json", "/s/u.bc", {}, {"/s/o.yaml"}};

TEST(Cc1Arguments, AnAnalysisWritesOnlyWhereItIsTold) {
  const Words arguments = analysisArguments(
      unitWith({"-cc1", "-emit-obj", "-O2", "-dependency-file", "a.d", "-MT", "a.o", "-load",
                "/old/livepatch-clang-plugin.so", "-load", "/other.so", "-o", "a.o", "-x", "c", "a.c"}),
      outputs);
  EXPECT_EQ(arguments, (Words{"-cc1", "-O2", "-load", "/other.so", "-x", "c", "a.c", "-ivfsoverlay", "/s/o.yaml",
                              "-emit-llvm-bc", "-w", "-load", "/p/livepatch-clang-plugin.so", "-plugin-arg-livepatch",
                              "map-out=/s/u.json", "-o", "/s/u.bc"}));
}

TEST(Cc1Arguments, CodeIsGeneratedPositionIndependentWhateverTheTargetIs) {
  const Words arguments = codegenArguments(unitWith({"-cc1", "-emit-obj", "-mrelocation-model", "static", "-pic-is-pie",
                                                     "-main-file-name", "a.c", "-O2", "-x", "c", "a.c"}),
                                           "/s/in.bc", "/s/out.o");
  EXPECT_EQ(arguments,
            (Words{"-cc1", "-main-file-name", "a.c", "-O2", "-w", "-disable-llvm-passes", "-mrelocation-model", "pic",
                   "-pic-level", "2", "-emit-obj", "-o", "/s/out.o", "-x", "ir", "/s/in.bc"}));
}

TEST(Cc1Arguments, ADriverIsAskedWhatTheTargetsCompilerWouldRun) {
  const CompileCommand command{"/n/a.cc",
                               "/n/build",
                               {"/usr/bin/livepatch-clang++", "-O2", "-MMD", "-MF", "a.d", "-c", "../a.cc", "-o", "a.o",
                                "-Xclang", "-fdepfile-entry=/x", "-fplugin=/x/livepatch-clang-plugin.so"}};
  EXPECT_EQ(driverQuestion(command, "/llvm/clang", "/s/a.cc"),
            (Words{"/llvm/clang", "--driver-mode=g++", "-O2", "/s/a.cc", "-c", "-###"}));
}

TEST(Cc1Arguments, TheDriversAnswerIsTheCompileLine) {
  const std::string answer = "clang version 14\nTarget: x\n (in-process)\n"
                             " \"/llvm/clang\" \"-cc1\" \"-DA=\\\"b c\\\"\" \"-x\" \"c++\" \"/s/a.cc\"\n";
  EXPECT_EQ(driverAnswer(answer, "/s/a.cc", "/n/a.cc"), (Words{"-cc1", "-DA=\"b c\"", "-x", "c++", "/n/a.cc"}));
  EXPECT_EQ(driverAnswer("error: no input files\n", "/s/a.cc", "/n/a.cc"), Words{});
}

TEST(Cc1Arguments, AHeaderTakesThePlaceOfItsPrecompiledForm) {
  const Words cc1 =
      analysisArguments(unitWith({"-cc1", "-include-pch", "p.hxx.pch", "-include", "p.hxx", "a.c"}), outputs);
  EXPECT_EQ(Words(cc1.begin(), cc1.begin() + 4), (Words{"-cc1", "-include", "p.hxx", "a.c"}));
  const Words alone = analysisArguments(unitWith({"-cc1", "-include-pch", "q.pch", "a.c"}), outputs);
  EXPECT_EQ(alone[1], "-include-pch");
}

TEST(CompileCommands, SplitsALineAsAShellDoes) {
  EXPECT_EQ(splitCommandLine(R"(cc -DA="x y" '-DB=\"z\"' -DC=\"q\" "" a\ b.c)"),
            (Words{"cc", "-DA=x y", R"(-DB=\"z\")", "-DC=\"q\"", "", "a b.c"}));
}

TEST(CompileCommands, ReadsBothForms) {
  const auto commands = parseCompileCommands(
      R"([{"directory":"/b","file":"../s/a.c","command":"cc -c ../s/a.c"},
            {"directory":"/b","file":"/s/b.c","arguments":["cc","-c","/s/b.c"]}])",
      "x");
  ASSERT_TRUE(commands.ok()) << commands.failure().text();
  EXPECT_EQ((*commands)[0].file, "/s/a.c");
  EXPECT_EQ((*commands)[1].arguments, (Words{"cc", "-c", "/s/b.c"}));
}

TEST(CompileCommands, ArgumentsOfAnotherTreeAreMovedIntoThisOne) {
  const Words other = {"-I", "/new/lib", "-I/newer", "-DP=\"/new\"", "/new/lib/x.c"};
  EXPECT_EQ(movedArguments(other, treeTops("/new/lib/x.c", "/base/lib/x.c")),
            (Words{"-I", "/base/lib", "-I/newer", "-DP=\"/new\"", "/base/lib/x.c"}));
  EXPECT_EQ(movedArguments(other, treeTops("/new/lib/x.c", "/new/lib/x.c")), other);
}

TEST(CompileCommands, DamageIsAnError) {
  EXPECT_FALSE(parseCompileCommands("[{\"directory\":1}]", "x").ok());
  EXPECT_FALSE(parseCompileCommands("{}", "x").ok());
  EXPECT_FALSE(parseCompileCommands("[", "x").ok());
}

} // namespace
} // namespace livepatch
