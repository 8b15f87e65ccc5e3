// Patch names, and printing of manifests. Reading is manifest_parse.cpp.
#include "runtime/core/manifest.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

namespace livepatch {
const char *actionName(FunctionAction action) {
  switch (action) {
  case FunctionAction::Redirected:
    return "redirected";
  case FunctionAction::BoundInside:
    return "bound-inside";
  case FunctionAction::New:
    break;
  }
  return "new";
}

namespace {

using nlohmann::ordered_json;

void addText(ordered_json &object, const char *key, const std::string &text) {
  if (!text.empty())
    object[key] = text;
}

void addTexts(ordered_json &object, const char *key, const std::vector<std::string> &texts) {
  if (!texts.empty())
    object[key] = texts;
}

template <typename Entries, typename Key>
Entries sortedBy(Entries entries, Key key) {
  std::stable_sort(entries.begin(), entries.end(), [&](const auto &a, const auto &b) { return key(a) < key(b); });
  return entries;
}

const char *kindName(ManifestSymbolKind kind) {
  switch (kind) {
  case ManifestSymbolKind::Object:
    return "object";
  case ManifestSymbolKind::Tls:
    return "tls";
  case ManifestSymbolKind::Function:
    break;
  }
  return "function";
}

ordered_json printPadding(const Padding &padding) {
  const char *kind = padding.kind == PaddingKind::Nop5        ? "nop5"
                     : padding.kind == PaddingKind::EndbrNop5 ? "endbr-nop5"
                                                              : "none";
  return {{"kind", kind}, {"offset", padding.offset}};
}

ordered_json printRedirects(const Manifest &manifest) {
  ordered_json list = ordered_json::array();
  for (const ManifestRedirect &r :
       sortedBy(manifest.redirects, [](const auto &e) { return std::tuple(e.target, e.object, e.address); })) {
    ordered_json entry{{"target", r.target},         {"patch", r.patch}, {"object", r.object},
                       {"address", r.address.value}, {"size", r.size},   {"padding", printPadding(r.padding)}};
    addTexts(entry, "reasons", r.reasons);
    addText(entry, "place", r.place);
    if (r.neverReturns)
      entry["never-returns"] = true;
    list.push_back(std::move(entry));
  }
  return list;
}

ordered_json printData(const Manifest &manifest) {
  ordered_json list = ordered_json::array();
  for (const ManifestData &d :
       sortedBy(manifest.data, [](const auto &e) { return std::tuple(e.target, e.object, e.address); })) {
    ordered_json entry{{"command", d.command == ManifestDataCommand::Pointer ? "P" : "V"},
                       {"target", d.target},
                       {"object", d.object},
                       {"address", d.address.value},
                       {"size", d.size}};
    addText(entry, "reason", d.reason);
    addText(entry, "place", d.place);
    list.push_back(std::move(entry));
  }
  return list;
}

ordered_json printSymbols(const Manifest &manifest) {
  ordered_json list = ordered_json::array();
  for (const ManifestSymbol &s :
       sortedBy(manifest.symbols, [](const auto &e) { return std::tuple(e.name, e.object, e.address); }))
    list.push_back({{"name", s.name}, {"object", s.object}, {"address", s.address.value}, {"kind", kindName(s.kind)}});
  return list;
}

ordered_json printFunctions(const Manifest &manifest) {
  ordered_json list = ordered_json::array();
  for (const ManifestFunction &f : sortedBy(manifest.functions, [](const auto &e) { return e.name; })) {
    ordered_json entry{{"name", f.name}, {"action", actionName(f.action)}};
    addTexts(entry, "reasons", f.reasons);
    addText(entry, "place", f.place);
    list.push_back(std::move(entry));
  }
  return list;
}

} // namespace

bool isPatchName(std::string_view name) {
  if (name.empty() || name.size() > maximumPatchNameLength || name[0] == '.' || name[0] == '-')
    return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._+-").find(c) != std::string_view::npos;
  });
}

ContentHash patchIdentity(std::string_view objectHash, std::string_view commandsHash,
                          const std::vector<ManifestTarget> &targets) {
  std::string all = std::string(objectHash) + std::string(commandsHash);
  for (const ManifestTarget &target : targets)
    all += target.name + ":" + target.buildId + "\n";
  return contentHash(all);
}

std::string printManifest(const Manifest &manifest) {
  ordered_json document{{"livepatch-patch", 1}, {"name", manifest.name}};
  document["targets"] = ordered_json::array(); // in their own order: the other entries index them
  for (const ManifestTarget &t : manifest.targets)
    document["targets"].push_back({{"name", t.name}, {"build-id", t.buildId}, {"machine", t.machine}});
  document["files"] = ordered_json::object();
  for (const auto &[name, hash] : manifest.files)
    document["files"][name] = hash;
  document["redirects"] = printRedirects(manifest);
  document["data"] = printData(manifest);
  document["symbols"] = printSymbols(manifest);
  document["functions"] = printFunctions(manifest);
  document["warnings"] = ordered_json::array();
  for (const ManifestWarning &w :
       sortedBy(manifest.warnings, [](const auto &e) { return std::tie(e.kind, e.message); }))
    document["warnings"].push_back({{"kind", w.kind}, {"message", w.message}});
  addText(document, "compiler", manifest.compiler);
  if (!manifest.oldRevision.empty() || !manifest.newRevision.empty())
    document["revisions"] = {{"old", manifest.oldRevision}, {"new", manifest.newRevision}};
  if (manifest.replaces)
    document["replaces"] = "all";
  document["parents"] = ordered_json::array(); // in their own order: the other entries index them
  for (const ManifestParent &p : manifest.parents)
    document["parents"].push_back({{"name", p.name}, {"identity", p.identity}});
  // Names come from object files and may hold any bytes: those that are no UTF-8 are replaced, never thrown over.
  return document.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

} // namespace livepatch
