// What happens when a call throws: the tables that the unwinder reads (Itanium C++ ABI, "Exception Handling Tables").
//
// They are code without instructions: a handler that catches another type has the same machine code and another table.
#pragma once

#include "patchbuild/verify/built_program.h"

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace livepatch {

// One type that a handler accepts.
struct CaughtType {
  std::int64_t filter = 0;   // 0: a cleanup; below 0: an exception specification, by its place in the table
  std::uint64_t address = 0; // of the type's description, or of a word that leads there; 0: any type
  bool viaWord = false;
};

struct CallSite {
  std::uint64_t begin = 0, end = 0, handler = 0; // handler 0: none
  std::vector<CaughtType> types;
};

// The tables' addresses by the address of their function, out of `.eh_frame`. Damaged parts are left out.
[[nodiscard]] std::unordered_map<std::uint64_t, std::uint64_t> exceptionTablesOf(const BuiltProgram &program);

// Nothing where it is damaged, or in an encoding that x86-64 does not use.
[[nodiscard]] std::optional<std::vector<CallSite>> readExceptionTable(const BuiltProgram &program, std::uint64_t table,
                                                                      std::uint64_t function);

} // namespace livepatch
