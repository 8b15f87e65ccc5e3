#include "patchbuild/verify/lambda_renaming.h"

#include "patchbuild/decide/lambda_type.h"
#include "runtime/core/demangled.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <unordered_map>
#include <utility>

namespace livepatch {

namespace {

// No function has so many lambdas.
constexpr std::uint64_t probe = 987654321;

// Itanium C++ ABI, <closure-type-name>: the first one has no number, the second one 0.
std::string mangledNumber(std::uint64_t number) {
  return number < 2 ? std::string() : std::to_string(number - 2);
}

bool isDigit(char c) {
  return std::isdigit(static_cast<unsigned char>(c));
}

// `part` as a whole name: "f()::{lambda()#1}" is no part of "ns::f()::{lambda()#1}".
bool holdsName(const std::string &text, const std::string &part) {
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    if (at == 0 || !(std::isalnum(static_cast<unsigned char>(text[at - 1])) || text[at - 1] == '_' ||
                     text[at - 1] == ':' || text[at - 1] == '~'))
      return true;
  return false;
}

std::size_t behindDigits(const std::string &text, std::size_t at) {
  while (at < text.size() && isDigit(text[at]))
    ++at;
  return at;
}

} // namespace

void LambdaRenaming::add(const std::vector<MapLambda> &fresh, const std::vector<MapLambda> &patch) {
  std::map<std::string, std::vector<const MapLambda *>> byContext;
  for (const MapLambda &lambda : patch)
    byContext[lambda.context].push_back(&lambda);
  std::map<std::string, std::size_t> next;
  for (const MapLambda &lambda : fresh) {
    // The context of a lambda in a lambda is named by the outer one's number, which is known by now.
    const std::string context = (*this)(lambda.context);
    const std::vector<const MapLambda *> &same = byContext[context];
    const std::size_t place = next[context]++;
    if (place >= same.size() || same[place]->text != lambda.text || same[place]->number == lambda.number)
      continue;
    const std::string text = lambdaTypeText(lambda), ending = fmt::format("{}}}", lambda.number);
    if (text.ends_with("#" + ending))
      renumbered_.push_back({text.substr(0, text.size() - ending.size()), lambda.number, same[place]->number});
  }
}

// Which of a symbol's digits are a lambda's number, only a parser of the whole mangling could tell: so each place that
// looks like one gets a number of its own, and the demangler shows what that was the number of.
std::string LambdaRenaming::operator()(const std::string &symbol) const {
  if (renumbered_.empty() || symbol.find("Ul") == std::string::npos)
    return symbol;
  std::vector<std::pair<std::size_t, std::uint64_t>> found; // places behind the 'E', and the new numbers
  for (std::size_t at = symbol.find('E'); at != std::string::npos; at = symbol.find('E', at + 1)) {
    const std::size_t end = behindDigits(symbol, at + 1);
    if (end >= symbol.size() || symbol[end] != '_')
      continue;
    const std::string digits = symbol.substr(at + 1, end - at - 1);
    const std::string text = demangled(symbol.substr(0, at + 1) + mangledNumber(probe) + symbol.substr(end));
    const auto named = std::find_if(renumbered_.begin(), renumbered_.end(), [&](const Renumbered &lambda) {
      return digits == mangledNumber(lambda.fresh) && holdsName(text, fmt::format("{}{}}}", lambda.type, probe));
    });
    if (named != renumbered_.end())
      found.emplace_back(at + 1, named->patch);
  }
  std::string out = symbol;
  for (auto place = found.rbegin(); place != found.rend(); ++place)
    out.replace(place->first, behindDigits(symbol, place->first) - place->first, mangledNumber(place->second));
  return out;
}

void renameLambdas(BuiltProgram &fresh, const std::vector<CompiledUnit> &patch) {
  std::vector<LambdaRenaming> byUnit(fresh.map.units.size());
  for (std::size_t unit = 0; unit < byUnit.size(); ++unit)
    for (const CompiledUnit &compiled : patch)
      if (compiled.id == fresh.unitIds[unit])
        byUnit[unit].add(fresh.map.units[unit].lambdas, compiled.unit.lambdas);
  if (std::all_of(byUnit.begin(), byUnit.end(), [](const LambdaRenaming &renaming) { return renaming.empty(); }))
    return;
  // What has no entry in the map: as those units have it that know of it, where they are of one mind.
  const auto inAnyUnit = [&](const std::string &name) {
    std::string out = name;
    for (const LambdaRenaming &renaming : byUnit) {
      const std::string renamed = renaming(name);
      if (renamed != name && out != name && out != renamed)
        return name;
      if (renamed != name)
        out = renamed;
    }
    return out;
  };
  // Symbols first: which unit one belongs to is found by its name.
  for (ProgramSymbol &symbol : fresh.symbols) {
    const ProgramEntity *entity = fresh.entityOf(symbol);
    symbol.name = entity ? byUnit[entity->unit](symbol.name) : inAnyUnit(symbol.name);
  }
  for (auto &[at, slot] : fresh.slots)
    slot.symbol = inAnyUnit(slot.symbol);
  for (auto &[offset, name] : fresh.threadLocals)
    name = inAnyUnit(name);
  for (std::size_t unit = 0; unit < byUnit.size(); ++unit) {
    for (MapFunction &function : fresh.map.units[unit].functions)
      function.name = byUnit[unit](function.name);
    for (MapVariable &variable : fresh.map.units[unit].variables) {
      variable.name = byUnit[unit](variable.name);
      variable.owner = byUnit[unit](variable.owner);
    }
  }
  std::unordered_multimap<std::string, ProgramEntity> byName;
  for (const auto &[name, entity] : fresh.entitiesByName)
    byName.emplace(entity.name(), entity);
  fresh.entitiesByName = std::move(byName);
}

} // namespace livepatch
