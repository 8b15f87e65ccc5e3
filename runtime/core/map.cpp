#include "runtime/core/map.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

namespace livepatch {

bool MapFunction::has(std::string_view trait) const {
  return std::find(traits.begin(), traits.end(), trait) != traits.end();
}

std::string MapUnit::sourcePath() const {
  // Path arithmetic only: nothing here looks at the file system.
  return (std::filesystem::path(directory) / source).lexically_normal().string();
}

namespace {

// Members keep the order in which they are written: the file reads like its documentation.
using Json = nlohmann::ordered_json;

const char *linkageText(Linkage linkage) {
  switch (linkage) {
  case Linkage::External:
    return "external";
  case Linkage::Internal:
    return "internal";
  case Linkage::Weak:
    return "weak";
  case Linkage::Linkonce:
    return "linkonce";
  }
  return "external";
}

// Fields that are false or empty are left out (formats.md).
template <typename T>
void putUnlessEmpty(Json &into, const char *key, const T &value) {
  if (!value.empty())
    into[key] = value;
}
void putIf(Json &into, const char *key, bool value) {
  if (value)
    into[key] = true;
}
void putUnlessZero(Json &into, const char *key, std::uint64_t value) {
  if (value != 0)
    into[key] = value;
}

// With an address `defined` goes without saying; without one it tells "dropped by the linker" from "never emitted".
void putDefinition(Json &into, bool defined, const std::optional<LinkAddr> &address) {
  if (address)
    into["address"] = address->value;
  else
    putIf(into, "defined", defined);
}

Json printPadding(const Padding &padding) {
  if (padding.kind == PaddingKind::None)
    return {{"kind", "none"}};
  return {{"kind", padding.kind == PaddingKind::Nop5 ? "nop5" : "endbr-nop5"}, {"offset", padding.offset}};
}

Json printFunction(const MapFunction &function) {
  Json out;
  out["name"] = function.name;
  out["linkage"] = linkageText(function.linkage);
  putIf(out, "hidden", function.hidden);
  putDefinition(out, function.defined, function.address);
  putUnlessZero(out, "size", function.size);
  putUnlessEmpty(out, "late", function.late);
  putUnlessEmpty(out, "early", function.early);
  putUnlessEmpty(out, "convention", function.convention);
  putUnlessEmpty(out, "type", function.type);
  putUnlessEmpty(out, "means", function.means);
  out["padding"] = printPadding(function.padding);
  putUnlessEmpty(out, "uses", function.uses);
  putUnlessEmpty(out, "calls", function.calls);
  putUnlessEmpty(out, "repeats", function.repeats);
  putUnlessEmpty(out, "place", function.place);
  putUnlessEmpty(out, "traits", function.traits);
  return out;
}

std::string hexText(const std::vector<std::uint8_t> &bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (std::uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

Json printVariable(const MapVariable &variable) {
  Json out;
  out["name"] = variable.name;
  out["linkage"] = linkageText(variable.linkage);
  putIf(out, "hidden", variable.hidden);
  putDefinition(out, variable.defined, variable.address);
  putIf(out, "tls", variable.tls);
  putIf(out, "constant", variable.constant);
  putUnlessZero(out, "size", variable.size);
  putUnlessZero(out, "align", variable.align);
  putUnlessEmpty(out, "content", variable.content);
  putUnlessEmpty(out, "type", variable.type);
  putUnlessEmpty(out, "means", variable.means);
  putUnlessEmpty(out, "owner", variable.owner);
  putUnlessEmpty(out, "base", variable.base);
  putUnlessEmpty(out, "uses", variable.uses);
  putUnlessEmpty(out, "place", variable.place);
  putUnlessEmpty(out, "section", variable.section);
  putUnlessEmpty(out, "address-is", variable.addressIs);
  putIf(out, "dynamic-init", variable.dynamicInit);
  putUnlessEmpty(out, "bytes", hexText(variable.bytes));
  if (variable.opaque)
    out["opaque"] = true;
  for (const InitialPointer &pointer : variable.pointers)
    out["pointers"].push_back(Json::array({pointer.offset, pointer.symbol, pointer.addend}));
  return out;
}

Json printAlias(const MapAlias &alias) {
  Json out;
  out["name"] = alias.name;
  out["target"] = alias.target;
  out["kind"] = alias.ifunc ? "ifunc" : "alias";
  out["linkage"] = linkageText(alias.linkage);
  if (alias.address)
    out["address"] = alias.address->value;
  return out;
}

Json printLambda(const MapLambda &lambda) {
  Json out;
  out["scope"] = lambda.scope;
  if (lambda.context != lambda.scope)
    out["context"] = lambda.context;
  out["number"] = lambda.number;
  putUnlessEmpty(out, "shape", lambda.shape);
  putUnlessEmpty(out, "text", lambda.text);
  putUnlessEmpty(out, "name", lambda.name);
  putUnlessEmpty(out, "place", lambda.place);
  putIf(out, "ambiguous", lambda.ambiguous);
  putUnlessEmpty(out, "replaces", lambda.replaces);
  return out;
}

Json printUnit(const MapUnit &unit) {
  Json out;
  out["unit"] = 1;
  out["source"] = unit.source;
  out["directory"] = unit.directory;
  out["command"] = unit.command;
  out["compiler"] = {{"name", unit.compiler.name},
                     {"version", unit.compiler.version},
                     {"executable", unit.compiler.executable},
                     {"plugin", unit.compiler.plugin}};
  putUnlessEmpty(out, "optimization", unit.optimization);
  putUnlessEmpty(out, "module-flags", unit.moduleFlags);
  putUnlessEmpty(out, "files", unit.files);
  putUnlessEmpty(out, "contents", unit.contents);
  putIf(out, "file-asm", unit.fileAsm);
  for (const MapFunction &function : unit.functions)
    out["functions"].push_back(printFunction(function));
  for (const MapVariable &variable : unit.variables)
    out["variables"].push_back(printVariable(variable));
  for (const MapAlias &alias : unit.aliases)
    out["aliases"].push_back(printAlias(alias));
  for (const MapLambda &lambda : unit.lambdas)
    out["lambdas"].push_back(printLambda(lambda));
  putUnlessEmpty(out, "types", unit.types);
  return out;
}

Json printRecord(const RecordLayout &record) {
  Json out;
  out["hash"] = record.hash;
  out["name"] = record.name;
  out["kind"] = record.kind;
  out["size"] = record.size;
  out["align"] = record.align;
  putUnlessEmpty(out, "place", record.place);
  for (const RecordField &field : record.fields) {
    Json tuple = Json::array({field.name, field.type, field.bitOffset});
    if (!field.means.empty())
      tuple.push_back(field.means);
    out["fields"].push_back(std::move(tuple));
  }
  for (const auto &[name, offset] : record.bases)
    out["bases"].push_back(Json::array({name, offset}));
  putUnlessEmpty(out, "vtable", record.vtable);
  for (const auto &[name, value] : record.enumerators)
    out["enumerators"].push_back(Json::array({name, value}));
  return out;
}

// A path need not be UTF-8; JSON must be.
std::string oneLine(const Json &value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace

std::string printUnitText(const MapUnit &unit) {
  return oneLine(printUnit(unit));
}
std::string printRecordText(const RecordLayout &record) {
  return oneLine(printRecord(record));
}

// One unit and one type a line: small, and still something that `diff` and `grep` can work on.
std::string printLambdas(const std::vector<MapLambda> &lambdas) {
  Json out = Json::array();
  for (const MapLambda &lambda : lambdas)
    out.push_back(printLambda(lambda));
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string printMap(const Map &map) {
  Json object = {{"path", map.object.path}};
  putUnlessEmpty(object, "soname", map.object.soname);
  putUnlessEmpty(object, "build-id", map.object.buildId);
  object["machine"] = map.object.machine;
  object["pie"] = map.object.pie;

  std::string out = "{\"livepatch-map\":1,\n\"object\":" + oneLine(object) + ",\n\"units\":[";
  const char *separator = "\n";
  for (const MapUnit &unit : map.units) {
    out += separator + oneLine(printUnit(unit));
    separator = ",\n";
  }
  out += "],\n\"types\":{";
  separator = "\n";
  for (const auto &[hash, record] : map.types) {
    out += separator + oneLine(Json(hash)) + ":" + oneLine(printRecord(record));
    separator = ",\n";
  }
  return out + "}}\n";
}

} // namespace livepatch
