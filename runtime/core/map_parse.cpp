// Reading the JSON forms of the map: a chunk of the section, an analysis, a mapfile (docs/formats.md, 1 and 2).
#include "runtime/core/hex.h"
#include "runtime/core/json_fields.h"
#include "runtime/core/map.h"

#include <array>

namespace livepatch {
namespace {

using nlohmann::json;

constexpr std::uint64_t mapVersion = 1;
constexpr std::uint64_t unitVersion = 1;

// How "address" is to be read: as an index into a chunk's addresses, not at all, or as the address itself.
enum class AddressForm { Index, None, Value };

struct UnitReader {
  JsonInput &input;
  AddressForm form;
  const std::vector<std::uint64_t> *addresses = nullptr; // form Index

  void readDefinition(const JsonFields &fields, bool tls, bool &defined, std::optional<LinkAddr> &address) const;
  MapFunction function(const json &value, const std::string &path) const;
  MapVariable variable(const json &value, const std::string &path) const;
  MapAlias alias(const json &value, const std::string &path) const;
  MapUnit unit(const json &value, const std::string &path, RecordTable *records) const;
};

Linkage readLinkage(const JsonFields &fields) {
  const std::string text = fields.text("linkage");
  if (text == "internal")
    return Linkage::Internal;
  if (text == "weak")
    return Linkage::Weak;
  if (text == "linkonce")
    return Linkage::Linkonce;
  if (text != "external" && !text.empty())
    fields.fail("linkage", "has the unknown value \"" + text + "\"");
  return Linkage::External;
}

Padding readPadding(const JsonFields &function, JsonInput &input) {
  const json *value = function.find("padding");
  if (!value)
    return {};
  JsonFields fields(*value, function.pathOf("padding"), input);
  Padding padding;
  const std::string kind = fields.text("kind");
  if (kind == "nop5")
    padding.kind = PaddingKind::Nop5;
  else if (kind == "endbr-nop5")
    padding.kind = PaddingKind::EndbrNop5;
  else if (kind != "none" && !kind.empty())
    fields.fail("kind", "has the unknown value \"" + kind + "\"");
  const std::uint64_t offset = fields.optionalNumber("offset").value_or(0);
  // An entry is a few bytes; anything larger is damage and must not reach address arithmetic.
  if (offset > 64)
    fields.fail("offset", "is too large for a function's entry");
  padding.offset = static_cast<std::uint32_t>(offset);
  return padding;
}

std::vector<std::uint8_t> readHex(const JsonFields &fields, const char *key) {
  auto bytes = hexBytes(fields.optionalText(key));
  if (!bytes)
    fields.fail(key, "is not a row of hexadecimal byte pairs");
  return bytes.value_or(std::vector<std::uint8_t>());
}

// Linkers mark a reference from a debug section to something they dropped with 0, and lld in some sections with 1 or
// all ones; no function or variable of a linked file lies there. A TLS offset of 0, however, is a real place.
bool isDropped(std::uint64_t address, bool tls) {
  return !tls && (address == 0 || address == 1 || address == ~std::uint64_t{0});
}

void UnitReader::readDefinition(const JsonFields &fields, bool tls, bool &defined,
                                std::optional<LinkAddr> &address) const {
  defined = fields.flag("defined");
  if (form == AddressForm::None)
    return;
  const auto number = fields.optionalNumber("address");
  if (!number)
    return;
  defined = true;
  if (form == AddressForm::Value) {
    address = LinkAddr{*number};
    return;
  }
  if (*number >= addresses->size())
    return fields.fail("address", "is " + std::to_string(*number) + ", but the chunk has only " +
                                      std::to_string(addresses->size()) + " addresses");
  const std::uint64_t value = (*addresses)[*number];
  if (!isDropped(value, tls))
    address = LinkAddr{value};
}

MapFunction UnitReader::function(const json &value, const std::string &path) const {
  JsonFields fields(value, path, input);
  MapFunction function;
  function.name = fields.text("name");
  function.linkage = readLinkage(fields);
  function.hidden = fields.flag("hidden");
  readDefinition(fields, false, function.defined, function.address);
  function.size = fields.optionalNumber("size").value_or(0);
  function.late = fields.optionalText("late");
  function.early = fields.optionalText("early");
  function.convention = fields.optionalText("convention");
  function.type = fields.optionalText("type");
  function.means = fields.optionalText("means");
  function.padding = readPadding(fields, input);
  function.uses = fields.texts("uses");
  function.calls = fields.texts("calls");
  function.repeats = fields.texts("repeats");
  function.traits = fields.texts("traits");
  function.place = fields.optionalText("place");
  return function;
}

MapVariable UnitReader::variable(const json &value, const std::string &path) const {
  JsonFields fields(value, path, input);
  MapVariable variable;
  variable.name = fields.text("name");
  variable.base = fields.optionalText("base");
  variable.owner = fields.optionalText("owner");
  variable.type = fields.optionalText("type");
  variable.means = fields.optionalText("means");
  variable.content = fields.optionalText("content");
  variable.place = fields.optionalText("place");
  variable.linkage = readLinkage(fields);
  variable.hidden = fields.flag("hidden");
  variable.tls = fields.flag("tls");
  variable.constant = fields.flag("constant");
  variable.section = fields.optionalText("section");
  variable.addressIs = fields.optionalText("address-is");
  variable.dynamicInit = fields.flag("dynamic-init");
  readDefinition(fields, variable.tls, variable.defined, variable.address);
  variable.size = fields.optionalNumber("size").value_or(0);
  variable.align = fields.optionalNumber("align").value_or(0);
  variable.uses = fields.texts("uses");
  variable.bytes = readHex(fields, "bytes");
  variable.opaque = fields.flag("opaque");
  // Offset and size by turns: most tables have thousands of fields.
  std::vector<std::uint64_t> pieces;
  fields.eachItem("pieces", [&](const json &item, const std::string &at) {
    if (item.is_number_unsigned())
      pieces.push_back(item.get<std::uint64_t>());
    else
      input.fail(at, "is not a number");
  });
  for (std::size_t i = 0; i + 1 < pieces.size(); i += 2)
    variable.pieces.push_back({pieces[i], pieces[i + 1]});
  fields.eachItem("pointers", [&](const json &item, const std::string &at) {
    variable.pointers.push_back(
        {tupleNumber(item, 0, at, input), tupleText(item, 1, at, input), tupleSigned(item, 2, at, input)});
  });
  return variable;
}

MapAlias UnitReader::alias(const json &value, const std::string &path) const {
  JsonFields fields(value, path, input);
  MapAlias alias;
  alias.name = fields.text("name");
  alias.target = fields.optionalText("target");
  const std::string kind = fields.optionalText("kind");
  alias.ifunc = kind == "ifunc";
  if (kind != "ifunc" && kind != "alias" && !kind.empty())
    fields.fail("kind", "has the unknown value \"" + kind + "\"");
  alias.linkage = readLinkage(fields);
  bool defined = false;
  readDefinition(fields, false, defined, alias.address);
  return alias;
}

MapLambda readLambda(const json &value, const std::string &path, JsonInput &input) {
  JsonFields fields(value, path, input);
  MapLambda lambda;
  lambda.scope = fields.optionalText("scope");
  lambda.context = fields.optionalText("context");
  if (lambda.context.empty())
    lambda.context = lambda.scope;
  lambda.number = fields.number("number");
  lambda.shape = fields.optionalText("shape");
  lambda.text = fields.optionalText("text");
  lambda.name = fields.optionalText("name");
  lambda.place = fields.optionalText("place");
  lambda.ambiguous = fields.flag("ambiguous");
  fields.eachItem("replaces", [&](const json &item, const std::string &at) {
    if (item.is_number_unsigned())
      lambda.replaces.push_back(item.get<std::uint64_t>());
    else
      input.fail(at, "is not a number");
  });
  return lambda;
}

RecordLayout readRecord(const json &value, const std::string &path, JsonInput &input) {
  JsonFields fields(value, path, input);
  RecordLayout record;
  record.hash = fields.text("hash");
  record.name = fields.optionalText("name");
  record.kind = fields.optionalText("kind");
  record.place = fields.optionalText("place");
  record.size = fields.optionalNumber("size").value_or(0);
  record.align = fields.optionalNumber("align").value_or(0);
  if (const json *uses = fields.find("uses")) {
    JsonFields named(*uses, fields.pathOf("uses"), input);
    record.uses = RecordUses{named.optionalText("escape"), named.texts("signatures"), named.texts("hands-to")};
  }
  fields.eachItem("fields", [&](const json &item, const std::string &at) {
    record.fields.push_back(
        {tupleText(item, 0, at, input), tupleText(item, 1, at, input), tupleNumber(item, 2, at, input), {}});
    if (item.is_array() && item.size() > 3)
      record.fields.back().means = tupleText(item, 3, at, input);
  });
  fields.eachItem("bases", [&](const json &item, const std::string &at) {
    record.bases.emplace_back(tupleText(item, 0, at, input), tupleNumber(item, 1, at, input));
  });
  record.vtable = fields.texts("vtable");
  fields.eachItem("enumerators", [&](const json &item, const std::string &at) {
    record.enumerators.emplace_back(tupleText(item, 0, at, input), tupleSigned(item, 1, at, input));
  });
  return record;
}

void readRecords(const JsonFields &fields, const char *key, RecordTable &records, JsonInput &input) {
  fields.eachMember(key, [&](const std::string &hash, const json &value, const std::string &path) {
    RecordLayout record = readRecord(value, path, input);
    if (record.hash != hash)
      input.fail(path, "stands under another hash than its own");
    records.emplace(hash, std::move(record));
  });
}

MapUnit UnitReader::unit(const json &value, const std::string &path, RecordTable *records) const {
  JsonFields fields(value, path, input);
  MapUnit unit;
  if (const auto version = fields.number("unit"); version != unitVersion)
    fields.fail("unit", "is version " + std::to_string(version) + ", this program reads version 1");
  unit.source = fields.text("source");
  unit.directory = fields.text("directory");
  unit.command = fields.texts("command");
  unit.optimization = fields.optionalText("optimization");
  unit.moduleFlags = fields.texts("module-flags");
  unit.files = fields.texts("files");
  unit.contents = fields.texts("contents");
  if (!unit.contents.empty() && unit.contents.size() != unit.files.size())
    fields.fail("contents", "has not one entry for each of the files");
  unit.types = fields.texts("types");
  unit.fileAsm = fields.flag("file-asm");
  if (const json *compiler = fields.find("compiler")) {
    JsonFields named(*compiler, fields.pathOf("compiler"), input);
    unit.compiler.name = named.text("name");
    unit.compiler.version = named.text("version");
    unit.compiler.executable = named.text("executable");
    unit.compiler.plugin = static_cast<int>(named.optionalNumber("plugin").value_or(0) & 0xffff);
  } else {
    fields.fail("compiler", "is missing");
  }
  fields.eachItem("functions",
                  [&](const json &item, const std::string &at) { unit.functions.push_back(function(item, at)); });
  fields.eachItem("variables",
                  [&](const json &item, const std::string &at) { unit.variables.push_back(variable(item, at)); });
  fields.eachItem("aliases", [&](const json &item, const std::string &at) { unit.aliases.push_back(alias(item, at)); });
  fields.eachItem(
      "lambdas", [&](const json &item, const std::string &at) { unit.lambdas.push_back(readLambda(item, at, input)); });
  if (records)
    readRecords(fields, "records", *records, input);
  return unit;
}

} // namespace

Result<MapUnit> parseUnit(std::string_view text, const std::vector<std::uint64_t> *addresses, RecordTable *records,
                          const std::string &where) {
  JsonInput input{where, {}};
  const json value = parseJson(text, input);
  if (input.failure)
    return *input.failure;
  const UnitReader reader{input, addresses ? AddressForm::Index : AddressForm::None, addresses};
  MapUnit unit = reader.unit(value, "", records);
  if (input.failure)
    return *input.failure;
  return unit;
}

Result<RecordLayout> parseRecord(std::string_view text, const std::string &where) {
  JsonInput input{where, {}};
  const json value = parseJson(text, input);
  if (input.failure)
    return *input.failure;
  RecordLayout record = readRecord(value, "", input);
  if (input.failure)
    return *input.failure;
  return record;
}

Result<Map> parseMap(std::string_view text, const std::string &where) {
  JsonInput input{where, {}};
  const json value = parseJson(text, input);
  if (input.failure)
    return *input.failure;
  if (!value.is_object() || !value.contains("livepatch-map"))
    return error(Fault::Format, where + ": is not a mapfile (no \"livepatch-map\" in it)");
  JsonFields fields(value, "", input);
  if (const auto version = fields.number("livepatch-map"); version != mapVersion && !input.failure)
    return error(Fault::Format,
                 where + ": is a mapfile of version " + std::to_string(version) + ", this program reads version 1",
                 "use the patchbuild that wrote it, or write the mapfile anew with `patchbuild map`");
  Map map;
  if (const json *object = fields.find("object")) {
    JsonFields named(*object, "object", input);
    map.object.path = named.optionalText("path");
    map.object.soname = named.optionalText("soname");
    map.object.buildId = named.optionalText("build-id");
    map.object.machine = named.optionalText("machine");
    map.object.pie = named.flag("pie");
  } else {
    fields.fail("object", "is missing");
  }
  const UnitReader reader{input, AddressForm::Value, nullptr};
  fields.eachItem(
      "units", [&](const json &item, const std::string &at) { map.units.push_back(reader.unit(item, at, nullptr)); });
  readRecords(fields, "types", map.types, input);
  if (input.failure)
    return *input.failure;
  return map;
}

} // namespace livepatch
