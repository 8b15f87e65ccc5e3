// The constant table of x86-64.
#pragma once

#include "runtime/arch/architecture.h"

namespace livepatch::x86_64 {

[[nodiscard]] const Architecture &architecture();
[[nodiscard]] AgentCode agentCode();

} // namespace livepatch::x86_64
