// A patch that is on in the process already, as the one that is built on top of it has to know it.
#pragma once

#include "patchbuild/target/image.h"
#include "runtime/core/command_file.h"
#include "runtime/core/manifest.h"
#include "runtime/core/map.h"
#include "runtime/core/result.h"

#include <string>
#include <vector>

namespace livepatch {

struct ParentPatch {
  Manifest manifest;
  std::string identity; // hex
  CommandFile commands;
  Map map;           // its record; addresses as record.h writes them
  TargetImage image; // of NAME.so
};

// `folder` is OUT of an earlier `patchbuild create`. Mismatch where the files are not those of the manifest.
[[nodiscard]] Result<ParentPatch> readParent(const std::string &folder);

} // namespace livepatch
