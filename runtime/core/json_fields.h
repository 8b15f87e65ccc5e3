// Typed access to the members of a JSON object that nobody vouches for.
//
// The first thing that is not as it should be is kept as the one failure, naming the input and the path of the key;
// from then on every read gives an empty value, so that a reader is a plain list of fields with one check at its end.
#pragma once

#include "runtime/core/result.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace livepatch {

// Where in which input we are, and the first failure; shared by the Fields of one document.
struct JsonInput {
  std::string where;
  std::optional<Error> failure;
  void fail(const std::string &path, const std::string &what);
};

// Null and a failure in `input` when the text is not JSON.
[[nodiscard]] nlohmann::json parseJson(std::string_view text, JsonInput &input);

class JsonFields {
public:
  // Fails when `value` is not an object. `path` names it in messages, e.g. "functions[3]".
  JsonFields(const nlohmann::json &value, std::string path, JsonInput &input);

  [[nodiscard]] std::string text(const char *key) const;         // must be there
  [[nodiscard]] std::string optionalText(const char *key) const; // "" when it is not
  [[nodiscard]] bool flag(const char *key) const;                // false when it is not
  [[nodiscard]] std::uint64_t number(const char *key) const;     // must be there
  [[nodiscard]] std::optional<std::uint64_t> optionalNumber(const char *key) const;
  [[nodiscard]] std::vector<std::string> texts(const char *key) const; // empty when it is not there

  using Visit = std::function<void(const nlohmann::json &, const std::string &path)>;
  void eachItem(const char *key, const Visit &visit) const; // items of an array; nothing when it is not there
  using VisitMember = std::function<void(const std::string &name, const nlohmann::json &, const std::string &path)>;
  void eachMember(const char *key, const VisitMember &visit) const; // members of an object, likewise
  [[nodiscard]] const nlohmann::json *find(const char *key) const;  // null when it is not there
  [[nodiscard]] std::string pathOf(const char *key) const;
  void fail(const char *key, const std::string &what) const { input_.fail(pathOf(key), what); }

private:
  const nlohmann::json &value_;
  std::string path_;
  JsonInput &input_;
};

// An item of a tuple such as ["name", "type", 0]; a failure names path[index].
[[nodiscard]] std::string tupleText(const nlohmann::json &tuple, std::size_t index, const std::string &path,
                                    JsonInput &input);
[[nodiscard]] std::uint64_t tupleNumber(const nlohmann::json &tuple, std::size_t index, const std::string &path,
                                        JsonInput &input);
[[nodiscard]] std::int64_t tupleSigned(const nlohmann::json &tuple, std::size_t index, const std::string &path,
                                       JsonInput &input);

} // namespace livepatch
