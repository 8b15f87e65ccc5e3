// What the resolver answers in a process, for a test that compares it with the dynamic loader.
//
//   probe_symbols PID slots            each slot that the loader has filled in by a name, in all objects, beside the
//                                      resolver's value for it: "same KIND COUNT", "differs OBJECT NAME KIND HAS WANTS"
//   probe_symbols PID names OBJECT     for each line "NAME [VERSION]" of standard input, as if OBJECT referred to it:
//                                      "absent", "at ADDRESS", "thread MODULE OFFSET TPOFF|-", or "refused MESSAGE"
#include "runtime/patcher/process_symbols.h"
#include "runtime/patcher/target_session.h"

#include <elf.h>
#include <fmt/format.h>
#include <iostream>
#include <map>
#include <sstream>

namespace livepatch {
namespace {

std::string described(const Result<SymbolValue> &value) {
  if (!value)
    return value.failure().fault == Fault::NotFound ? "absent" : "refused " + value.failure().message;
  if (!value->threadLocal)
    return value->address.value == 0 ? "absent" : fmt::format("at {:x}", value->address.value);
  const ThreadLocalPlace &place = *value->threadLocal;
  return fmt::format("thread {} {} {}", place.module.value_or(0), place.blockOffset,
                     place.fromThread ? fmt::format("{}", *place.fromThread) : "-");
}

// The word that the loader has to have written; nullopt: not a relocation that names a symbol.
std::optional<std::uint64_t> wanted(RelocationKind kind, const ElfRelocation &relocation, const SymbolValue &value) {
  const auto addend = static_cast<std::uint64_t>(relocation.addend);
  switch (kind) {
  case RelocationKind::Absolute:
    return value.address.value == 0 ? addend : value.address.value + addend;
  case RelocationKind::SymbolSlot:
  case RelocationKind::CallSlot:
    return value.address.value;
  case RelocationKind::ThreadOffset:
    return value.threadLocal ? static_cast<std::uint64_t>(value.threadLocal->fromThread.value_or(0)) + addend : 0;
  case RelocationKind::ThreadModule:
    return value.threadLocal ? value.threadLocal->module.value_or(0) : 0;
  case RelocationKind::ThreadBlockOffset:
    return value.threadLocal ? value.threadLocal->blockOffset + addend : 0;
  default:
    return std::nullopt;
  }
}

const char *nameOf(RelocationKind kind) {
  switch (kind) {
  case RelocationKind::Absolute:
    return "absolute";
  case RelocationKind::SymbolSlot:
    return "slot";
  case RelocationKind::CallSlot:
    return "call-slot";
  case RelocationKind::ThreadOffset:
    return "thread-offset";
  case RelocationKind::ThreadModule:
    return "thread-module";
  default:
    return "thread-block-offset";
  }
}

// A pointer that the program may have changed since the loader wrote it.
bool isVariable(const Module &module, RelocationKind kind, LinkAddr at) {
  const ElfSegment *relro = module.view.segment(PT_GNU_RELRO);
  return kind == RelocationKind::Absolute && !(relro && relro->address <= at && at < relro->end());
}

void compareSlots(const TargetSession &session) {
  std::map<std::string, int> same;
  const std::vector<Module> &modules = session.modules().modules;
  for (std::size_t i = 0; i < modules.size(); ++i) {
    const Module &module = modules[i];
    const ProcessSymbols symbols(session.modules(), session.memory(), session.architecture(), {i}, {});
    const auto relocations = module.view.relocations(session.architecture().relativeRelocation);
    if (!relocations)
      continue;
    for (const ElfRelocation &relocation : *relocations) {
      const RelocationKind kind = session.architecture().relocationKind(relocation.type);
      if (relocation.symbol == 0 || !wanted(kind, relocation, {}) || isVariable(module, kind, relocation.at))
        continue;
      const auto symbol = module.view.symbol(relocation.symbol);
      if (!symbol || symbol->binding == STB_LOCAL || symbol->visibility != STV_DEFAULT)
        continue; // bound inside of the object, without a lookup
      const SymbolUse use = kind == RelocationKind::CallSlot ? SymbolUse::Call : SymbolUse::Address;
      const auto value =
          symbols.valueOf({symbol->name, symbol->version, symbol->versionFile, symbol->binding == STB_WEAK, use});
      const auto has = session.memory().readWord(module.bias + relocation.at);
      if (value && has && *has == *wanted(kind, relocation, *value))
        ++same[nameOf(kind)];
      else
        fmt::print("differs {} {}@{} {} has {:x} wants {}\n", module.fileName(), symbol->name, symbol->version,
                   nameOf(kind), has ? *has : 0, described(value));
    }
  }
  for (const auto &[kind, count] : same)
    fmt::print("same {} {}\n", kind, count);
}

int answerNames(const TargetSession &session, const std::string &object) {
  const std::vector<Module> &modules = session.modules().modules;
  std::size_t user = 0;
  while (user < modules.size() && modules[user].fileName() != object)
    ++user;
  if (user == modules.size())
    return 1;
  const ProcessSymbols symbols(session.modules(), session.memory(), session.architecture(), {user}, {});
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string name, version;
    words >> name >> version;
    fmt::print("{}\n", described(symbols.valueOf({name, version, {}, false})));
  }
  return 0;
}

} // namespace
} // namespace livepatch

int main(int count, char **arguments) {
  using namespace livepatch;
  if (count < 3)
    return 2;
  auto session = TargetSession::open(std::atoi(arguments[1]), SessionPurpose::Look, {});
  if (!session) {
    fmt::print(stderr, "{}\n", session.failure().text());
    return 1;
  }
  if (std::string(arguments[2]) == "names" && count == 4)
    return answerNames(*session, arguments[3]);
  compareSlots(*session);
  return 0;
}
