#include "patchbuild/compile/base_check.h"

#include <map>
#include <set>

namespace livepatch {
namespace {

// A string or table that no other unit can see is part of the fingerprint of whatever refers to it, under a name that
// the compiler made up. The map of a linked file need not list it; an analysis does.
bool isPrivateConstant(const MapVariable& variable) {
    return variable.constant && variable.linkage == Linkage::Internal;
}

// Fingerprint by name of all that got machine code or storage.
std::map<std::string, std::string> fingerprints(const MapUnit& unit) {
    std::map<std::string, std::string> result;
    for (const MapFunction& function : unit.functions)
        if (function.defined)
            result[function.name] = function.late;
    for (const MapVariable& variable : unit.variables)
        if (variable.defined && !isPrivateConstant(variable))
            result[variable.name] = variable.content;
    return result;
}

} // namespace

std::vector<std::string> baseDifferences(const MapUnit& recorded, const MapUnit& again) {
    const auto before = fingerprints(recorded), after = fingerprints(again);
    std::set<std::string> names;
    for (const auto& [name, fingerprint] : before) {
        const auto other = after.find(name);
        if (other == after.end() || other->second != fingerprint)
            names.insert(name);
    }
    for (const auto& [name, fingerprint] : after)
        if (!before.count(name))
            names.insert(name);
    return {names.begin(), names.end()};
}

} // namespace livepatch
