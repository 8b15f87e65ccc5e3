#include "clang-plugin/map_section.h"

#include "clang-plugin/symbol_naming.h"
#include "clang-plugin/text_stream.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

#include <algorithm>

namespace livepatch {
namespace {

// Assemblers read any line length, people and some tools do not.
constexpr std::size_t bytesPerLine = 1000;

void printAscii(llvm::raw_ostream &out, llvm::StringRef text) {
  while (!text.empty()) {
    const llvm::StringRef line = text.take_front(bytesPerLine);
    text = text.drop_front(line.size());
    out << ".ascii \"";
    for (const char c : line) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte == '\\' || byte == '"')
        out << '\\' << c;
      else if (byte < 0x20 || byte > 0x7e)
        out << '\\' << static_cast<char>('0' + (byte >> 6)) << static_cast<char>('0' + (byte >> 3 & 7))
            << static_cast<char>('0' + (byte & 7));
      else
        out << c;
    }
    out << "\"\n";
  }
}

void printChunk(llvm::raw_ostream &out, char kind, llvm::StringRef json,
                llvm::ArrayRef<const llvm::GlobalValue *> addresses) {
  out << ".ascii \"LPM1" << kind << "\"\n.long " << json.size() << ", " << addresses.size() << '\n';
  printAscii(out, json);
  for (const llvm::GlobalValue *value : addresses) {
    const std::string name = linkerName(*value);
    const bool plain =
        std::all_of(name.begin(), name.end(), [](char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; });
    out << ".quad " << (plain ? "" : "\"") << name << (plain ? "" : "\"");
    // A thread-local variable has no address at link time, only a place in the TLS block.
    if (value->isThreadLocal())
      out << "@dtpoff";
    out << '\n';
  }
}

} // namespace

bool isNameableInAssembly(llvm::StringRef symbol) {
  // '@' begins a symbol version; there is no portable way to write quotes, backslashes or control characters.
  return std::all_of(symbol.begin(), symbol.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && c != '@'; });
}

void addMapSection(llvm::Module &module, const UnitMap &map, const std::vector<RecordType> &records) {
  std::string assembly;
  StringStream out(assembly);
  out << ".pushsection .debug_livepatch,\"\",@progbits\n";
  printChunk(out, 'U', map.json, map.addresses);
  out << ".popsection\n";
  for (const RecordType &record : records) {
    // One group for each layout: the linker keeps one copy of those that headers bring into every unit.
    out << ".pushsection .debug_livepatch,\"G\",@progbits,livepatch.type." << record.hash << ",comdat\n";
    printChunk(out, 'T', record.json, {});
    out << ".popsection\n";
  }
  out.flush();
  module.appendModuleInlineAsm(assembly);

  // Assembly does not count as a use: without this, what it names could still be dropped or renamed.
  llvm::SmallVector<llvm::GlobalValue *, 0> named;
  for (const llvm::GlobalValue *value : map.addresses)
    named.push_back(const_cast<llvm::GlobalValue *>(value));
  if (!named.empty())
    llvm::appendToCompilerUsed(module, named);
}

} // namespace livepatch
