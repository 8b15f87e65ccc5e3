// Whether two builds mean the same: functions instruction by instruction, data word by word, each address as what it
// leads to.
//
// Named things are the same by name (local ones by unit and name); nameless constants, and constants that code reads,
// by content. So code that only moved is equal, and code that reads another string, table or constant is not. Pure.
#pragma once

#include "patchbuild/verify/built_program.h"
#include "patchbuild/verify/machine_code.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace livepatch {

struct CallSite;

// The first place where two functions or variables part.
struct Difference {
  std::uint64_t oldAddress = 0, newAddress = 0;
  std::string oldText, newText; // instructions; empty for data
  std::string why;              // empty: the texts say it all
};

// What is known from elsewhere.
struct EqualityHints {
  // By unit and old name: what the patch calls the function that it replaces it with.
  std::map<std::pair<std::string, std::string>, std::string> counterparts;
  // By unit and name, of the target: functions that the patch has a new body of, without a redirection of the old
  // entry.
  std::set<std::pair<std::string, std::string>> notRedirected;
  // A number of the unit (as the fresh build numbers them) that was a line number and moved with its line.
  std::function<bool(std::size_t unit, std::uint64_t before, std::uint64_t after)> isMovedLine;
  // What the patch writes into the old program's data: bytes by address, and the pointers' symbols.
  std::map<std::uint64_t, std::uint8_t> values;
  std::map<std::uint64_t, std::string> pointers;
};

class Equality {
public:
  Equality(const BuiltProgram &before, const BuiltProgram &after, EqualityHints hints)
      : before_(before), after_(after), hints_(std::move(hints)) {}

  [[nodiscard]] std::optional<Difference> functions(const ProgramEntity &before, const ProgramEntity &after);
  // Initial contents, with the patch's writes done.
  [[nodiscard]] std::optional<Difference> variables(const ProgramEntity &before, const ProgramEntity &after);

private:
  // The functions under comparison; null outside of code.
  struct Scope {
    std::size_t unit = 0;
    const MachineCode *before = nullptr, *after = nullptr;
  };
  struct Extent {
    std::uint64_t address = 0, size = 0;
  };

  // code_equality.cpp
  std::optional<Difference> code(std::size_t unit, Extent before, Extent after);
  bool instructions(const Scope &scope, const CodeInstruction &before, const CodeInstruction &after);
  bool operands(const Scope &scope, const CodeInstruction &holder, const CodeOperand &before, const CodeOperand &after);
  bool numbers(const Scope &scope, const CodeOperand &before, const CodeOperand &after, bool mayBeLine);
  std::optional<bool> viaSlotOnOneSide(const Scope &scope, const CodeInstruction &before, const CodeInstruction &after);
  bool located(const Scope &scope, const CodeInstruction &holder, const CodeOperand &before, const CodeOperand &after);

  // exception_equality.cpp
  std::optional<Difference> exceptions(const Scope &scope);
  bool caughtTypes(const Scope &scope, const CallSite &before, const CallSite &after);

  // address_equality.cpp
  bool addresses(const Scope &scope, std::uint64_t before, std::uint64_t after);
  bool decideAddresses(const Scope &scope, std::uint64_t before, std::uint64_t after);
  bool codeAddresses(const Scope &scope, std::uint64_t before, std::uint64_t after);
  bool dataAddresses(const Scope &scope, std::uint64_t before, std::uint64_t after);
  bool sameSymbol(const ProgramSymbol &before, const ProgramSymbol &after) const;
  bool sameFunction(const Scope &scope, const ProgramSymbol &before, const ProgramSymbol &after);
  bool sameVariable(const Scope &scope, const ProgramSymbol &before, const ProgramSymbol &after);
  bool endOfSameArray(const Scope &scope, std::uint64_t before, std::uint64_t after) const;
  bool slots(const Scope &scope, const ProgramSlot &before, const ProgramSlot &after);
  bool threadLocals(std::uint64_t before, std::uint64_t after) const;

  // content_equality.cpp
  bool contents(const Scope &scope, std::uint64_t before, std::uint64_t after, std::uint64_t size, bool withWrites);
  bool distanceRows(const Scope &scope, std::uint64_t before, std::uint64_t after, std::uint64_t size);
  std::optional<bool> distanceTables(const Scope &scope, std::uint64_t before, std::uint64_t after);
  bool nameless(const Scope &scope, std::uint64_t before, std::uint64_t after);
  std::optional<bool> jumpTables(const Scope &scope, std::uint64_t before, std::uint64_t after);
  bool texts(const Scope &scope, const std::string &before, const std::string &after) const;
  bool pointerWrite(const std::string &symbol, std::uint64_t at) const;

  bool fail(std::string why);

  const BuiltProgram &before_, &after_;
  EqualityHints hints_;
  // Taken for equal while it is looked at: functions and tables may lead to each other.
  std::map<std::pair<std::uint64_t, std::uint64_t>, bool> known_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> order_;
  std::map<std::string, std::string> renamed_; // local variables that the compiler numbered, or the author renamed
  std::string why_;
};

// The word that the loader, or else the file, puts there.
[[nodiscard]] ProgramSlot slotAt(const BuiltProgram &program, std::uint64_t at);

} // namespace livepatch
