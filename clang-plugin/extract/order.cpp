#include "clang-plugin/extract/order.h"

#include "llvm/Support/JSON.h"

namespace livepatch {
namespace {

llvm::Error malformed(const llvm::Twine &what) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "extraction order: " + what);
}

llvm::Error readNames(const llvm::json::Object &root, llvm::StringRef key, llvm::StringMap<std::string> &into) {
  const llvm::json::Object *object = root.getObject(key);
  if (!object)
    return root.get(key) ? malformed("'" + key + "' is not an object") : llvm::Error::success();
  for (const auto &[name, value] : *object) {
    auto text = value.getAsString();
    if (!text || text->empty())
      return malformed("'" + key + "' of '" + llvm::StringRef(name) + "' is not a name");
    into[llvm::StringRef(name)] = text->str();
  }
  return llvm::Error::success();
}

llvm::Error readDefinitions(const llvm::json::Object &root, Order &order) {
  const llvm::json::Object *object = root.getObject("define");
  if (!object)
    return root.get("define") ? malformed("'define' is not an object") : llvm::Error::success();
  for (const auto &[name, value] : *object) {
    const llvm::json::Object *fields = value.getAsObject();
    auto as = fields ? fields->getString("as") : decltype(fields->getString("as")){};
    if (!as || as->empty())
      return malformed("'define' of '" + llvm::StringRef(name) + "' has no 'as'");
    Definition &definition = order.define[llvm::StringRef(name)];
    definition.as = as->str();
    if (auto identity = fields->getString("identity"))
      definition.identity = identity->str();
    if (auto exported = fields->getBoolean("export"))
      definition.exported = *exported;
  }
  return llvm::Error::success();
}

} // namespace

llvm::Expected<Order> parseOrder(llvm::StringRef json) {
  auto parsed = llvm::json::parse(json);
  if (!parsed)
    return parsed.takeError();
  const llvm::json::Object *root = parsed->getAsObject();
  if (!root)
    return malformed("not an object");
  if (auto version = root->getInteger("extract"); !version || *version != 1)
    return malformed("unknown version; this program reads version 1");
  Order order;
  if (auto unit = root->getString("unit"))
    order.unit = unit->str();
  if (auto failed = readDefinitions(*root, order))
    return failed;
  if (auto failed = readNames(*root, "external", order.external))
    return failed;
  if (auto failed = readNames(*root, "rename", order.rename))
    return failed;
  if (const llvm::json::Array *names = root->getArray("internal"))
    for (const llvm::json::Value &value : *names) {
      auto name = value.getAsString();
      if (!name)
        return malformed("'internal' holds something that is not a name");
      order.internal.insert(*name);
    }
  return order;
}

} // namespace livepatch
