// The compile under way. One process compiles one unit at a time; the front-end half of the plugin leaves here what the
// optimiser half needs.
#pragma once

#include "clang-plugin/options.h"
#include "clang-plugin/source_files.h"
#include "clang-plugin/unit_facts.h"

#include "clang/Basic/Diagnostic.h"

#include <memory>

namespace livepatch {

struct Session {
  bool active = false; // this compile makes an object to which a map belongs
  Options options;
  UnitFacts facts;
  std::shared_ptr<SourceFiles> files;
  clang::DiagnosticsEngine *diagnostics = nullptr;
};

Session &session();

// The path of this shared object, under which the compiler has it loaded.
std::string ownLibrary();

} // namespace livepatch
