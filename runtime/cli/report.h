// What livepatch says: one block of text for each process, or one JSON document for all.
#pragma once

#include "runtime/cli/exit_code.h"
#include "runtime/patcher/livepatch.h"

#include <nlohmann/json.hpp>
#include <string>

namespace livepatch {

enum class Wordiness { Quiet, Normal, Verbose };

[[nodiscard]] std::string text(pid_t pid, const ApplyReport &report, Wordiness words);
[[nodiscard]] std::string text(pid_t pid, const RevertReport &report, Wordiness words);
[[nodiscard]] std::string text(pid_t pid, const CheckReport &report, Wordiness words);
[[nodiscard]] std::string text(const ProcessReport &report, Wordiness words);

[[nodiscard]] std::string text(const std::vector<FunctionSymbol> &symbols);

[[nodiscard]] nlohmann::json json(const ApplyReport &report);
[[nodiscard]] nlohmann::json json(const RevertReport &report);
[[nodiscard]] nlohmann::json json(const CheckReport &report);
[[nodiscard]] nlohmann::json json(const ProcessReport &report);
[[nodiscard]] nlohmann::json json(const std::vector<FunctionSymbol> &symbols);
[[nodiscard]] nlohmann::json json(const Error &failure);

} // namespace livepatch
