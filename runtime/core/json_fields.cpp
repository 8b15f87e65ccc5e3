#include "runtime/core/json_fields.h"

#include <limits>
#include <utility>

namespace livepatch {

using nlohmann::json;

void JsonInput::fail(const std::string &path, const std::string &what) {
  if (failure)
    return;
  failure = error(Fault::Format, where + ": " + (path.empty() ? what : path + " " + what));
}

json parseJson(std::string_view text, JsonInput &input) {
  json parsed = json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded()) {
    input.fail("", "is not valid JSON (damaged or truncated)");
    return json();
  }
  return parsed;
}

JsonFields::JsonFields(const json &value, std::string path, JsonInput &input)
    : value_(value), path_(std::move(path)), input_(input) {
  if (!value_.is_object())
    input_.fail(path_, "is not an object");
}

std::string JsonFields::pathOf(const char *key) const {
  return path_.empty() ? key : path_ + "." + key;
}

const json *JsonFields::find(const char *key) const {
  if (!value_.is_object())
    return nullptr;
  auto at = value_.find(key);
  return at == value_.end() ? nullptr : &*at;
}

std::string JsonFields::text(const char *key) const {
  if (!find(key))
    fail(key, "is missing");
  return optionalText(key);
}

std::string JsonFields::optionalText(const char *key) const {
  const json *at = find(key);
  if (!at)
    return {};
  if (!at->is_string())
    return fail(key, "is not a string"), std::string();
  return at->get<std::string>();
}

bool JsonFields::flag(const char *key) const {
  const json *at = find(key);
  if (!at)
    return false;
  if (!at->is_boolean())
    return fail(key, "is not true or false"), false;
  return at->get<bool>();
}

std::uint64_t JsonFields::number(const char *key) const {
  if (!find(key))
    fail(key, "is missing");
  return optionalNumber(key).value_or(0);
}

std::optional<std::uint64_t> JsonFields::optionalNumber(const char *key) const {
  const json *at = find(key);
  if (!at)
    return std::nullopt;
  if (!at->is_number_unsigned())
    return fail(key, "is not a number from 0 on"), std::nullopt;
  return at->get<std::uint64_t>();
}

std::vector<std::string> JsonFields::texts(const char *key) const {
  std::vector<std::string> result;
  eachItem(key, [&](const json &item, const std::string &path) {
    if (!item.is_string())
      return input_.fail(path, "is not a string");
    result.push_back(item.get<std::string>());
  });
  return result;
}

void JsonFields::eachItem(const char *key, const Visit &visit) const {
  const json *at = find(key);
  if (!at)
    return;
  if (!at->is_array())
    return fail(key, "is not an array");
  for (std::size_t i = 0; i < at->size() && !input_.failure; ++i)
    visit((*at)[i], pathOf(key) + "[" + std::to_string(i) + "]");
}

void JsonFields::eachMember(const char *key, const VisitMember &visit) const {
  const json *at = find(key);
  if (!at)
    return;
  if (!at->is_object())
    return fail(key, "is not an object");
  for (auto member = at->begin(); member != at->end() && !input_.failure; ++member)
    visit(member.key(), member.value(), pathOf(key) + "." + member.key());
}

namespace {

const json *tupleItem(const json &tuple, std::size_t index, const std::string &path, JsonInput &input) {
  if (tuple.is_array() && index < tuple.size())
    return &tuple[index];
  input.fail(path, "is not an array of at least " + std::to_string(index + 1) + " items");
  return nullptr;
}

std::string itemPath(const std::string &path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

} // namespace

std::string tupleText(const json &tuple, std::size_t index, const std::string &path, JsonInput &input) {
  const json *item = tupleItem(tuple, index, path, input);
  if (!item)
    return {};
  if (!item->is_string())
    return input.fail(itemPath(path, index), "is not a string"), std::string();
  return item->get<std::string>();
}

std::uint64_t tupleNumber(const json &tuple, std::size_t index, const std::string &path, JsonInput &input) {
  const json *item = tupleItem(tuple, index, path, input);
  if (!item)
    return 0;
  if (!item->is_number_unsigned())
    return input.fail(itemPath(path, index), "is not a number from 0 on"), 0;
  return item->get<std::uint64_t>();
}

std::int64_t tupleSigned(const json &tuple, std::size_t index, const std::string &path, JsonInput &input) {
  const json *item = tupleItem(tuple, index, path, input);
  if (!item)
    return 0;
  // nlohmann keeps numbers from 0 on as unsigned; what is above INT64_MAX would wrap. An enumerator of an unsigned
  // 64-bit enum may be such a number: its bits are what is compared, so it is taken as they are.
  if (item->is_number_unsigned())
    return static_cast<std::int64_t>(item->get<std::uint64_t>());
  if (!item->is_number_integer())
    return input.fail(itemPath(path, index), "is not a whole number"), 0;
  return item->get<std::int64_t>();
}

} // namespace livepatch
