// Symbol resolution among loaded objects, by the dynamic loader's rules (ELF gABI ch. 5, glibc's do_lookup_x).
//
// Scope order decides; which order that is, linux/loader_scope.h reads from the loader. A copy relocation needs no rule
// of its own: the executable's definition comes first.
#pragma once

#include "runtime/core/address.h"
#include "runtime/core/elf_view.h"
#include "runtime/core/result.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

struct LoadedObject {
  const ElfView *view = nullptr; // of memory or of the file
  LoadBias bias;
  // Distance of its TLS block below the thread pointer (x86-64, variant II), where it has one and it is known.
  std::optional<std::uint64_t> tlsOffset = {};
  // What __tls_get_addr knows its block by. The only way to the block of a library whose place differs between threads.
  std::optional<std::uint64_t> tlsModule = {};
};

// An executable that is not position independent may have made a library function's address one in its own code (a PLT
// entry; the symbol is undefined there and has a value all the same). That is then the address for everybody who takes
// it, so that comparisons hold; who only calls the function goes to it directly.
enum class SymbolUse { Address, Call };

struct SymbolRequest {
  std::string_view name;
  std::string_view version;     // empty: none asked for
  std::string_view versionFile; // SONAME that the version belongs to; empty: unknown
  bool weak = false;
  SymbolUse use = SymbolUse::Address;
};

enum class ResolutionKind {
  Address,       // `address` is it
  Ifunc,         // `address` is the resolver function: the runtime has to ask it or take what the target uses
  ThreadLocal,   // `threadLocal` tells where
  WeakUndefined, // a weak reference that nobody defines: null
};

// One of the two optionals is there.
struct ThreadLocalPlace {
  std::uint64_t blockOffset = 0;          // in the TLS block of its object
  std::optional<std::int64_t> fromThread; // distance from the thread pointer, if it is the same in all threads
  std::optional<std::uint64_t> module;    // of the block (the argument of __tls_get_addr)
  bool operator==(const ThreadLocalPlace &) const = default;
};

struct Resolution {
  ResolutionKind kind = ResolutionKind::Address;
  RuntimeAddr address;
  ThreadLocalPlace threadLocal;
  std::size_t object = 0; // index in the scope; meaningless for WeakUndefined
  ElfSymbol symbol;
};

struct Definition {
  std::size_t object = 0; // index in the scope
  ElfSymbol symbol;
};
// The first object in scope order that defines the symbol in a fitting version; nullopt: none does.
[[nodiscard]] Result<std::optional<Definition>> findDefinition(std::span<const LoadedObject> scope,
                                                               const SymbolRequest &request);

// NotFound names symbol and version. A thread-local in an object of which neither tlsOffset nor tlsModule is known is
// Refused.
[[nodiscard]] Result<Resolution> resolveSymbol(std::span<const LoadedObject> scope, const SymbolRequest &request);

// The same outcome for a symbol that is known by object and link-time value (a target's local symbol).
[[nodiscard]] Result<Resolution> resolveThreadLocal(const LoadedObject &object, std::uint64_t offsetInBlock,
                                                    std::string_view name);

// Fills the tlsOffset of each object that has a TLS segment: the executable's follows from its PT_TLS (the linker
// already relied on it); a library's is read back from a TPOFF64 relocation that the loader has applied, in any
// object's memory image. Objects for which there is no such evidence stay without. `executable` is the index of
// the executable in `objects`. Views must be of memory for the libraries.
void deriveTlsOffsets(std::vector<LoadedObject> &objects, std::size_t executable);

} // namespace livepatch
