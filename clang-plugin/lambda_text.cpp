#include "clang-plugin/lambda_text.h"

#include "clang-plugin/unit_map_text.h"

#include "llvm/Support/MemoryBuffer.h"

namespace livepatch {

void writeLambdas(llvm::json::OStream &out, const std::vector<Lambda> &lambdas) {
  for (const Lambda &lambda : lambdas) {
    out.object([&] {
      out.attribute("scope", jsonText(lambda.scope));
      if (lambda.context != lambda.scope)
        out.attribute("context", jsonText(lambda.context));
      out.attribute("number", static_cast<std::int64_t>(lambda.number));
      out.attribute("shape", jsonText(lambda.shape));
      out.attribute("text", jsonText(lambda.text));
      writeText(out, "name", lambda.name);
      writeText(out, "place", lambda.place);
      writeFlag(out, "ambiguous", lambda.ambiguous);
      if (!lambda.replaces.empty())
        out.attributeArray("replaces", [&] {
          for (const unsigned number : lambda.replaces)
            out.value(static_cast<std::int64_t>(number));
        });
    });
  }
}

bool readLambdas(const std::string &file, std::vector<Lambda> &lambdas) {
  const auto buffer = llvm::MemoryBuffer::getFile(file);
  if (!buffer)
    return false;
  llvm::Expected<llvm::json::Value> parsed = llvm::json::parse((*buffer)->getBuffer());
  if (!parsed) {
    llvm::consumeError(parsed.takeError());
    return false;
  }
  const llvm::json::Array *rows = parsed->getAsArray();
  if (!rows)
    return false;
  for (const llvm::json::Value &value : *rows) {
    const llvm::json::Object *row = value.getAsObject();
    if (!row)
      return false;
    const auto number = row->getInteger("number");
    if (!number || *number <= 0)
      return false;
    const auto text = [&](llvm::StringRef key) {
      const auto found = row->getString(key);
      return found ? found->str() : std::string();
    };
    Lambda lambda;
    lambda.scope = text("scope");
    lambda.context = text("context");
    if (lambda.context.empty())
      lambda.context = lambda.scope;
    lambda.number = static_cast<unsigned>(*number);
    lambda.shape = text("shape");
    lambda.text = text("text");
    lambdas.push_back(std::move(lambda));
  }
  return true;
}

} // namespace livepatch
