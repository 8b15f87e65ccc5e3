// What the front end knows about a unit and the optimiser no longer does: the compile itself and the declarations.
#pragma once

#include "clang-plugin/lambda_pairing.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/JSON.h"

#include <string>
#include <utility>
#include <vector>

namespace clang {
class TagDecl;
}

namespace livepatch {

struct CompileFacts {
  std::string source, directory, compilerVersion, executable, optimization;
  bool emulatedTls = false;         // thread-local variables are made by a library and have no place in the TLS block
  std::vector<std::string> command; // cc1 arguments that repeat the compile
};

struct DeclaredFunction {
  std::string type, means, place;
};

struct DeclaredVariable {
  std::string type, means, owner, base, place;
  bool dynamicInit = false; // C++: a constructor or another call gives it its first value
};

// A record or enum, ready to be written: everything but the place decides about the hash.
struct RecordType {
  std::string hash;
  std::string json;
  std::vector<const clang::TagDecl *> declarations{}; // valid while the front end is
};

struct UnitFacts {
  CompileFacts compile;
  std::vector<std::string> files;    // read and not from a system directory, the main file first
  std::vector<std::string> contents; // of each of these, a hash
  // By symbol. A C compiler numbers static locals of one name (`f.n`, `f.n.3`): here they share the name `f.n`, in the
  // order of the source. The same holds for names that contain a unit-wide number ("$_1"), which is taken out.
  llvm::StringMap<std::vector<DeclaredFunction>> functions;
  llvm::StringMap<std::vector<DeclaredVariable>> variables;
  std::vector<RecordType> records; // sorted by hash
  std::vector<Lambda> lambdas;     // in the order of the source, an outer one before those inside of it
};

} // namespace livepatch
