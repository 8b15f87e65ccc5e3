// The agent's bytes (agent.S), as values.
#include "runtime/arch/x86_64/architecture.h"

#include <cstdint>

extern "C" {
extern const std::uint8_t livepatch_agent_begin[], livepatch_agent_end[];
extern const std::uint8_t livepatch_agent_syscall[], livepatch_agent_syscall_end[];
extern const std::uint8_t livepatch_agent_commit[], livepatch_agent_find_object[];
extern const std::uint8_t livepatch_agent_wait[], livepatch_agent_header[], livepatch_agent_find_object_next[];
}

namespace livepatch::x86_64 {
namespace {

std::span<const std::uint8_t> bytesBetween(const std::uint8_t *begin, const std::uint8_t *end) {
  // Numbers, because subtracting pointers into different arrays is undefined.
  return {begin,
          static_cast<std::size_t>(reinterpret_cast<std::uintptr_t>(end) - reinterpret_cast<std::uintptr_t>(begin))};
}

std::size_t offsetOf(const std::uint8_t *place) {
  return bytesBetween(livepatch_agent_begin, place).size();
}

} // namespace

AgentCode agentCode() {
  AgentCode code;
  code.syscallStub = bytesBetween(livepatch_agent_syscall, livepatch_agent_syscall_end);
  code.routines = bytesBetween(livepatch_agent_begin, livepatch_agent_end);
  code.commitOffset = offsetOf(livepatch_agent_commit);
  code.syscallOffset = offsetOf(livepatch_agent_syscall);
  code.findObjectOffset = offsetOf(livepatch_agent_find_object);
  code.waitOffset = offsetOf(livepatch_agent_wait);
  code.headerOffset = offsetOf(livepatch_agent_header);
  code.findObjectNextOffset = offsetOf(livepatch_agent_find_object_next);
  return code;
}

} // namespace livepatch::x86_64
