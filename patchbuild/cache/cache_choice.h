// Whether the base build used a compiler cache, as far as its folders tell.
#pragma once

#include "runtime/core/map.h"
#include "runtime/core/result.h"

#include <string>
#include <string_view>

namespace livepatch {

enum class CacheWish { Auto, Ccache, None };

// The text of CMakeCache.txt, compile_commands.json or a makefile says that the compiler is run through ccache. Pure.
[[nodiscard]] bool namesCcache(std::string_view fileName, std::string_view text);

// The program to run, or nothing. `buildDirectory` may be empty; the folders in which the units of `map` were compiled
// are looked at anyway. Usage where one was asked for by name and is not there.
[[nodiscard]] Result<std::string> chooseCache(CacheWish wish, const Map &map, const std::string &buildDirectory);

} // namespace livepatch
