#include "patchbuild/cache/analysis_request.h"
#include "patchbuild/cache/analysis_result.h"
#include "patchbuild/cache/cache_choice.h"
#include "patchbuild/cache/text_coverage.h"
#include "patchbuild/cache/tool_identity.h"
#include "patchbuild/source/file_text.h"
#include "patchbuild/source/scratch_folder.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace livepatch {
namespace {

const std::string key(64, 'a');

TEST(AnalysisResult, comesBackAsItWas) {
  const AnalysisResult result{"{\"map\": 1}\n", std::string("BC\0\n\xff", 5)};
  EXPECT_EQ(parseAnalysisResult(printAnalysisResult(result, key), key), result);
  EXPECT_EQ(parseAnalysisResult(printAnalysisResult({}, key), key), AnalysisResult());
}

TEST(AnalysisResult, ofOtherInputsIsNone) {
  EXPECT_FALSE(parseAnalysisResult(printAnalysisResult({"map", "code"}, key), std::string(64, 'b')));
}

TEST(AnalysisResult, damagedAnywhereIsNone) {
  const std::string whole = printAnalysisResult({"map", "code"}, key);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    EXPECT_FALSE(parseAnalysisResult(damaged, key)) << "byte " << at;
    EXPECT_FALSE(parseAnalysisResult(whole.substr(0, at), key)) << "cut at " << at;
  }
  EXPECT_FALSE(parseAnalysisResult(whole + "x", key));
}

using Names = std::vector<std::string>;

TEST(TextCoverage, readsADependencyFile) {
  EXPECT_EQ(dependenciesIn("x: a.c ./b.h \\\n  /usr/include/c.h\n"), (Names{"a.c", "b.h", "/usr/include/c.h"}));
  EXPECT_EQ(dependenciesIn("x: a\\ b.h c\\#d $$e f\\g h\\\\\\ i\n"), (Names{"a b.h", "c#d", "$e", "f\\g", "h\\ i"}));
  EXPECT_EQ(dependenciesIn(""), Names());
  EXPECT_EQ(dependenciesIn("x: "), Names());
}

TEST(TextCoverage, wantsTheTextOfEachDependency) {
  const std::string text = "# 1 \"a.c\"\n# 1 \"./odd \\\"name\\\\.h\" 1\nint a;\n# 2 \"a.c\" 2\n";
  EXPECT_EQ(whyUnsettled(text, {"a.c", "odd \"name\\.h"}, false), std::nullopt);
  EXPECT_EQ(whyUnsettled(text, {"a.c", "asked.h"}, false), "it depends on asked.h without reading its text");
}

TEST(TextCoverage, seesWhoAsksForTheTime) {
  EXPECT_TRUE(whyUnsettled("char t[] = __TIME__;", {}, false));
  EXPECT_FALSE(whyUnsettled("char t[] = __TIME__;", {}, true)); // -D __TIME__=
  EXPECT_TRUE(whyUnsettled("char t[] = __TIMESTAMP__;", {}, true));
  EXPECT_FALSE(whyUnsettled("int my__TIME__, __TIME__2;", {}, false));
  EXPECT_TRUE(whyUnsettled("#embed \"table\"", {"table"}, false)); // Clang lists it, and shows no text of it
}

TEST(CacheChoice, knowsHowBuildsNameCcache) {
  EXPECT_TRUE(namesCcache("CMakeCache.txt", "A:B=C\nCMAKE_C_COMPILER_LAUNCHER:STRING=ccache\n"));
  EXPECT_TRUE(namesCcache("CMakeCache.txt", "CMAKE_CXX_COMPILER_LAUNCHER:UNINITIALIZED=/usr/bin/ccache"));
  EXPECT_TRUE(namesCcache("CMakeCache.txt", "CMAKE_C_COMPILER_LAUNCHER:STRING=env;CCACHE_DIR=x;ccache\n"));
  EXPECT_FALSE(namesCcache("CMakeCache.txt", "CMAKE_C_COMPILER_LAUNCHER:STRING=\nCCACHE:FILEPATH=/usr/bin/ccache\n"));
  EXPECT_FALSE(namesCcache("CMakeCache.txt", "CMAKE_C_COMPILER_LAUNCHER:STRING=/opt/ccache/sccache\n"));
  EXPECT_TRUE(namesCcache("compile_commands.json", "  \"command\": \"/usr/bin/ccache clang -c a.c\",\n"));
  EXPECT_FALSE(namesCcache("compile_commands.json", "  \"command\": \"clang -c ccache.c\",\n"));
  EXPECT_TRUE(namesCcache("Makefile", "CC = ccache livepatch-clang\n"));
  EXPECT_FALSE(namesCcache("Makefile", "all: ccache\n\techo CC = ccache\n"));
}

TEST(ToolIdentity, isOfTheseVeryFiles) {
  auto scratch = ScratchFolder::create();
  ASSERT_TRUE(scratch.ok());
  const std::string compiler = scratch->path() + "/compiler", plugin = scratch->path() + "/plugin.so";
  std::filesystem::copy_file("/bin/true", compiler);
  ASSERT_TRUE(writeFileText(plugin, "one").ok());
  const std::string first = toolIdentity(compiler, plugin).value();
  EXPECT_EQ(first, toolIdentity(compiler, plugin).value());
  EXPECT_NE(first.find("libc.so"), std::string::npos) << "the libraries of the compiler count: " << first;
  ASSERT_TRUE(writeFileText(plugin, "two").ok());
  EXPECT_NE(first, toolIdentity(compiler, plugin).value());
  ASSERT_TRUE(writeFileText(plugin, "one").ok());
  EXPECT_EQ(first, toolIdentity(compiler, plugin).value());
  std::filesystem::remove(compiler);
  std::filesystem::copy_file("/bin/true", compiler);
  EXPECT_NE(first, toolIdentity(compiler, plugin).value()) << "another file of the same content";
}

TEST(AnalysisRequest, comesBackAsItWas) {
  const AnalysisRequest request{"/bin/cc", "/a b", {"-cc1", "-D", "X=\"\n"}, {"-E"}, "d", "s\n", true, "m", "b",
                                key,       7};
  EXPECT_EQ(parseRequest(printRequest(request), "r").value(), request);
  EXPECT_FALSE(parseRequest("{", "r").ok());
}

TEST(AnalysisRequest, isRefusedForWhatReadsMoreThanSources) {
  MapUnit unit;
  unit.compiler.executable = "/bin/cc";
  unit.source = "a.c";
  unit.command = {"-cc1", "-O2", "a.c"};
  EXPECT_TRUE(requestFor(unit, {"p", "m", "b", {}, {}}, "/", "tools\n").ok());
  unit.command = {"-cc1", "-include-pch", "x.pch", "a.c"};
  EXPECT_FALSE(requestFor(unit, {"p", "m", "b", {}, {}}, "/", "tools\n").ok());
  unit.command = {"-cc1", "-fmodules", "a.c"};
  EXPECT_FALSE(requestFor(unit, {"p", "m", "b", {}, {}}, "/", "tools\n").ok());
}

TEST(AnalysisRequest, countsTheFilesThatArgumentsName) {
  auto scratch = ScratchFolder::create();
  ASSERT_TRUE(scratch.ok());
  MapUnit unit;
  unit.source = "a.c";
  unit.command = {"-cc1", "-fsanitize-ignorelist=list.txt", "a.c"};
  const auto settled = [&] { return requestFor(unit, {"p", "m", "b", {}, {}}, scratch->path(), "")->settled; };
  ASSERT_TRUE(writeFileText(scratch->path() + "/list.txt", "fun:a").ok());
  const std::string first = settled();
  EXPECT_EQ(first, settled());
  ASSERT_TRUE(writeFileText(scratch->path() + "/list.txt", "fun:b").ok());
  EXPECT_NE(first, settled());
}

} // namespace
} // namespace livepatch
