#include "runtime/arch/architecture.h"

#include "runtime/arch/x86_64/architecture.h"

#include <array>
#include <fmt/format.h>

namespace livepatch {
namespace {

std::array<const Architecture *, 1> architectures() {
  return {&x86_64::architecture()};
}

} // namespace

Result<const Architecture *> architectureFor(std::uint16_t elfMachine) {
  for (const Architecture *known : architectures())
    if (known->elfMachine == elfMachine)
      return known;
  return error(Fault::Mismatch, fmt::format("ELF machine {} is not supported", elfMachine), "x86_64 programs are");
}

Result<const Architecture *> architectureNamed(std::string_view name) {
  for (const Architecture *known : architectures())
    if (known->name == name)
      return known;
  return error(Fault::Mismatch, fmt::format("the processor \"{}\" is not supported", name), "x86_64 programs are");
}

} // namespace livepatch
