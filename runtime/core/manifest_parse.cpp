// Reading of manifests (docs/formats.md, section 7).
#include "runtime/core/hex.h"
#include "runtime/core/json_fields.h"
#include "runtime/core/manifest.h"

#include <algorithm>

namespace livepatch {
namespace {

using nlohmann::json;

constexpr std::uint64_t manifestVersion = 1;

bool isLowerHex(std::string_view text) {
  return !text.empty() && text.size() % 2 == 0 &&
         std::all_of(text.begin(), text.end(), [](char c) { return hexDigit(c) >= 0 && !(c >= 'A' && c <= 'F'); });
}

// Files are looked for beside the manifest: a name with a path in it would lead elsewhere.
bool isPlainFileName(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

struct ManifestReader {
  JsonInput &input;
  Manifest manifest;

  ManifestTarget target(const JsonFields &fields) const;
  ManifestParent parent(const JsonFields &fields) const;
  ManifestRedirect redirect(const JsonFields &fields) const;
  ManifestData dataEntry(const JsonFields &fields) const;
  ManifestSymbol symbol(const JsonFields &fields) const;
  ManifestFunction function(const JsonFields &fields) const;
  std::size_t object(const JsonFields &fields) const;
  Padding padding(const JsonFields &redirect) const;
  void read(const JsonFields &fields);
};

std::size_t ManifestReader::object(const JsonFields &fields) const {
  const std::uint64_t index = fields.number("object");
  if (index >= manifest.targets.size() + manifest.parents.size())
    fields.fail("object", "is neither the index of a target nor, behind them, of a parent");
  return static_cast<std::size_t>(index);
}

ManifestTarget ManifestReader::target(const JsonFields &fields) const {
  ManifestTarget target{fields.text("name"), fields.text("build-id"), fields.text("machine")};
  if (!isPlainFileName(target.name))
    fields.fail("name", "is not a plain file name");
  if (!isLowerHex(target.buildId))
    fields.fail("build-id", "is not a row of hexadecimal byte pairs");
  return target;
}

ManifestParent ManifestReader::parent(const JsonFields &fields) const {
  ManifestParent parent{fields.text("name"), fields.text("identity")};
  if (!isPatchName(parent.name))
    fields.fail("name", "is not a patch name (letters, digits, \"._+-\")");
  if (parent.identity.size() != 64 || !isLowerHex(parent.identity))
    fields.fail("identity", "is not a SHA-256");
  return parent;
}

Padding ManifestReader::padding(const JsonFields &redirect) const {
  Padding padding;
  const json *value = redirect.find("padding");
  if (!value)
    return redirect.fail("padding", "is missing"), padding;
  const JsonFields fields(*value, redirect.pathOf("padding"), input);
  const std::string kind = fields.text("kind");
  if (kind == "nop5")
    padding.kind = PaddingKind::Nop5;
  else if (kind == "endbr-nop5")
    padding.kind = PaddingKind::EndbrNop5;
  else
    fields.fail("kind", "has the unknown value \"" + kind + "\"");
  const std::uint64_t offset = fields.optionalNumber("offset").value_or(0);
  if (offset > 64)
    fields.fail("offset", "is too large for a function's entry");
  padding.offset = static_cast<std::uint32_t>(offset);
  return padding;
}

ManifestRedirect ManifestReader::redirect(const JsonFields &fields) const {
  ManifestRedirect redirect;
  redirect.target = fields.text("target");
  redirect.patch = fields.text("patch");
  redirect.object = object(fields);
  redirect.address = {fields.number("address")};
  redirect.size = fields.number("size");
  redirect.padding = padding(fields);
  redirect.reasons = fields.texts("reasons");
  redirect.place = fields.optionalText("place");
  redirect.neverReturns = fields.flag("never-returns");
  return redirect;
}

ManifestData ManifestReader::dataEntry(const JsonFields &fields) const {
  ManifestData data;
  const std::string command = fields.text("command");
  if (command == "P")
    data.command = ManifestDataCommand::Pointer;
  else if (command != "V")
    fields.fail("command", "is neither V nor P");
  data.target = fields.text("target");
  data.object = object(fields);
  data.address = {fields.number("address")};
  data.size = fields.number("size");
  data.reason = fields.optionalText("reason");
  data.place = fields.optionalText("place");
  return data;
}

ManifestSymbol ManifestReader::symbol(const JsonFields &fields) const {
  ManifestSymbol symbol;
  symbol.name = fields.text("name");
  symbol.object = object(fields);
  symbol.address = {fields.number("address")};
  const std::string kind = fields.text("kind");
  if (kind == "object")
    symbol.kind = ManifestSymbolKind::Object;
  else if (kind == "tls")
    symbol.kind = ManifestSymbolKind::Tls;
  else if (kind != "function")
    fields.fail("kind", "has the unknown value \"" + kind + "\"");
  return symbol;
}

ManifestFunction ManifestReader::function(const JsonFields &fields) const {
  ManifestFunction function;
  function.name = fields.text("name");
  const std::string action = fields.text("action");
  if (action == "redirected")
    function.action = FunctionAction::Redirected;
  else if (action == "bound-inside")
    function.action = FunctionAction::BoundInside;
  else if (action != "new")
    fields.fail("action", "has the unknown value \"" + action + "\"");
  function.reasons = fields.texts("reasons");
  function.place = fields.optionalText("place");
  return function;
}

void ManifestReader::read(const JsonFields &fields) {
  const auto each = [&](const char *key, auto &list, auto reader) {
    fields.eachItem(key, [&](const json &item, const std::string &path) {
      list.push_back((this->*reader)(JsonFields(item, path, input)));
    });
  };
  manifest.name = fields.text("name");
  if (!isPatchName(manifest.name))
    fields.fail("name", "is not a patch name (letters, digits, \"._+-\")");
  each("targets", manifest.targets, &ManifestReader::target); // first: all others are checked against them
  each("parents", manifest.parents, &ManifestReader::parent);
  if (manifest.targets.empty())
    fields.fail("targets", "names no object");
  fields.eachMember("files", [&](const std::string &name, const json &hash, const std::string &path) {
    if (!isPlainFileName(name))
      return input.fail(path, "is not a plain file name");
    if (!hash.is_string() || hash.get<std::string>().size() != 64 || !isLowerHex(hash.get<std::string>()))
      return input.fail(path, "is not a SHA-256");
    manifest.files[name] = hash.get<std::string>();
  });
  each("redirects", manifest.redirects, &ManifestReader::redirect);
  each("data", manifest.data, &ManifestReader::dataEntry);
  each("symbols", manifest.symbols, &ManifestReader::symbol);
  each("functions", manifest.functions, &ManifestReader::function);
  fields.eachItem("warnings", [&](const json &item, const std::string &path) {
    const JsonFields warning(item, path, input);
    manifest.warnings.push_back({warning.text("kind"), warning.text("message")});
  });
  const std::string replaces = fields.optionalText("replaces");
  if (!replaces.empty() && replaces != "all")
    fields.fail("replaces", "has the unknown value \"" + replaces + "\"");
  manifest.replaces = !replaces.empty();
  if (manifest.replaces && !manifest.parents.empty())
    fields.fail("replaces", "cannot go together with parents: the patch would take away what it is built on");
  manifest.compiler = fields.optionalText("compiler");
  if (const json *revisions = fields.find("revisions")) {
    const JsonFields pair(*revisions, "revisions", input);
    manifest.oldRevision = pair.optionalText("old");
    manifest.newRevision = pair.optionalText("new");
  }
}

} // namespace

Result<Manifest> parseManifest(std::string_view text, const std::string &where) {
  JsonInput input{where, {}};
  const json document = parseJson(text, input);
  if (input.failure)
    return std::move(*input.failure);
  const JsonFields fields(document, "", input);
  // The version first: a later one may mean anything by the other fields.
  const std::uint64_t version = fields.number("livepatch-patch");
  if (!input.failure && version != manifestVersion)
    return error(Fault::Format, where + ": livepatch-patch is " + std::to_string(version) + ", this program reads 1",
                 "use the programs of the release that made the patch");
  ManifestReader reader{input, {}};
  if (!input.failure)
    reader.read(fields);
  if (input.failure)
    return std::move(*input.failure);
  return std::move(reader.manifest);
}

} // namespace livepatch
