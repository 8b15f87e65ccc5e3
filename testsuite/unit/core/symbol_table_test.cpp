#include "runtime/core/symbol_table.h"

#include "testsuite/unit/core/damage.h"

#include <gtest/gtest.h>

namespace livepatch {
namespace {

MapFunction function(const std::string &name, std::uint64_t address, std::uint64_t size) {
  MapFunction f;
  f.name = name;
  f.address = LinkAddr{address};
  f.size = size;
  f.padding = {PaddingKind::Nop5, 0};
  return f;
}

Map sampleMap() {
  Map map;
  map.units.resize(3);
  map.units[0].source = "src/acl.c";
  map.units[1].source = "lib/acl.c";
  map.units[2].source = "acl.c";
  map.units[0].functions = {function("helper", 0x1000, 16), function("shared", 0x3000, 8), function("only", 0x4000, 8)};
  map.units[1].functions = {function("helper", 0x1100, 16), function("shared", 0x3000, 8)}; // one linkonce copy
  map.units[2].functions = {function("helper", 0x1200, 16)};
  MapVariable variable;
  variable.name = "perThread";
  variable.tls = true;
  variable.address = LinkAddr{4};
  map.units[0].variables = {variable};
  MapFunction dropped;
  dropped.name = "dropped";
  map.units[0].functions.push_back(dropped);
  return map;
}

TEST(SymbolTable, FindsBySourceFileWhereANameIsNotUnique) {
  const SymbolTable table = SymbolTable::ofMap(sampleMap());
  EXPECT_EQ(table.find("only")->address, LinkAddr{0x4000});
  EXPECT_EQ(table.find("shared")->address, LinkAddr{0x3000});
  EXPECT_EQ(table.find("src/acl.c:helper")->address, LinkAddr{0x1000});
  EXPECT_EQ(table.find("lib/acl.c:helper")->address, LinkAddr{0x1100});
  EXPECT_EQ(table.find("acl.c:helper")->address, LinkAddr{0x1200}); // the whole path, though two others end in it
  EXPECT_EQ(table.find("acl.c:only")->address, LinkAddr{0x4000});
  EXPECT_EQ(table.find("perThread")->kind, SymbolKind::Tls);
  EXPECT_EQ(table.find("cl.c:only").failure().fault, Fault::NotFound); // not a path's tail
  EXPECT_EQ(table.find("dropped").failure().fault, Fault::NotFound);
}

TEST(SymbolTable, ListsTheCandidatesOfAnAmbiguousName) {
  const auto found = SymbolTable::ofMap(sampleMap()).find("helper");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.failure().fault, Fault::Refused);
  EXPECT_EQ(found.failure().message, "the symbol helper is ambiguous: src/acl.c:helper at 0x1000, "
                                     "lib/acl.c:helper at 0x1100, acl.c:helper at 0x1200");
}

TEST(SymbolTable, NamesTheFunctionOfAnAddress) {
  const SymbolTable table = SymbolTable::ofMap(sampleMap());
  EXPECT_EQ(table.functionAt(0, {0x110f})->qualifiedName(), "lib/acl.c:helper");
  EXPECT_EQ(table.functionAt(0, {0x1110}), nullptr);
  EXPECT_EQ(table.functionAt(0, {0}), nullptr);
  EXPECT_EQ(table.functionAt(1, {0x1100}), nullptr);
}

TEST(SymbolTable, ReadsManifests) {
  Manifest manifest;
  manifest.redirects = {{"src/a.c:f", "f.lp", 1, {0x100}, 40, {PaddingKind::EndbrNop5, 8}, {}, ""}};
  manifest.symbols = {{"src/a.c:f", 1, {0x100}, ManifestSymbolKind::Function}, {"t", 0, {4}, ManifestSymbolKind::Tls}};
  manifest.data = {{ManifestDataCommand::Pointer, "table+0x10", 0, {0x2010}, 8, "", ""},
                   {ManifestDataCommand::Pointer, "table+0x18", 0, {0x2018}, 8, "", ""}};
  const SymbolTable table = SymbolTable::ofManifest(manifest);
  const auto f = table.find("a.c:f");
  ASSERT_TRUE(f) << f.failure().text();
  EXPECT_EQ(f->object, 1u);
  EXPECT_EQ(f->size, 40u);
  EXPECT_EQ(f->padding->offset, 8u);
  EXPECT_EQ(table.find("t")->kind, SymbolKind::Tls);
  EXPECT_EQ(table.find("table")->address, LinkAddr{0x2000});
  EXPECT_EQ(table.find("table")->size, 0x20u);
}

TEST(SymbolTable, ReadsPlainNm) {
  const auto table = SymbolTable::ofMapfile("                 U printf@GLIBC_2.2.5\n"
                                            "                 w __gmon_start__\n"
                                            "0000000000401000 T func_J\n"
                                            "0000000000401020 t helper\n"
                                            "0000000000404010 D str_V\n"
                                            "0000000000404020 B str_P\n",
                                            "plain.nm");
  ASSERT_TRUE(table) << table.failure().text();
  EXPECT_EQ(table->symbols().size(), 4u);
  const auto function = table->find("func_J");
  ASSERT_TRUE(function);
  EXPECT_EQ(function->size, 0x20u); // up to the next symbol
  EXPECT_FALSE(function->sizeIsExact);
  EXPECT_FALSE(function->padding.has_value());
  EXPECT_EQ(table->find("any.c:helper")->address, LinkAddr{0x401020}); // nm knows no files
  EXPECT_EQ(table->find("str_P")->size, 0u);                           // the last one: unknown
}

TEST(SymbolTable, ReadsNmWithSizes) {
  const auto table = SymbolTable::ofMapfile("0000000000401000 000000000000000b T f(int, char)\n"
                                            "0000000000401010 0000000000000004 i chosen\n"
                                            "0000000000404010 000000000000000f D str_V\n",
                                            "sized.nm");
  ASSERT_TRUE(table) << table.failure().text();
  EXPECT_EQ(table->find("f(int, char)")->size, 11u);
  EXPECT_TRUE(table->find("f(int, char)")->sizeIsExact);
  EXPECT_EQ(table->find("chosen")->kind, SymbolKind::Ifunc);
}

TEST(SymbolTable, NamesALineThatIsNone) {
  const auto table = SymbolTable::ofMapfile("0000000000401000 T f\nnonsense\n", "x.nm");
  ASSERT_FALSE(table);
  EXPECT_EQ(table.failure().message, "x.nm:2: not a line of nm's output");
  EXPECT_FALSE(SymbolTable::ofMapfile("", "empty.nm"));
  EXPECT_FALSE(SymbolTable::ofMapfile("\x7f"
                                      "ELF\x02",
                                      "binary"));
}

TEST(SymbolTable, SurvivesDamage) {
  const std::string nm = "0000000000401000 000000000000000b T f\n         U g\n0000000000404010 D v\n";
  forEachDamage(nm, [](const std::string &damaged) {
    const auto table = SymbolTable::ofMapfile(damaged, "damaged");
    if (table)
      (void)table->find("f");
  });
}

} // namespace
} // namespace livepatch
