#include "patchbuild/parents/object_space.h"
#include "patchbuild/parents/parent_objects.h"
#include "patchbuild/parents/stack.h"

#include <fmt/format.h>

#include <algorithm>

namespace livepatch {

namespace {

std::string dataName(const SymbolReference &target) {
  return target.offset ? fmt::format("{}+{:#x}", target.name, target.offset) : target.name;
}

class DataStacking {
public:
  DataStacking(TargetImage &image, const std::vector<ParentPatch> &parents) : image_(image), parents_(parents) {}

  Result<void> layPatch(std::size_t patch) {
    const ParentPatch &parent = parents_[patch];
    for (ImageSegment segment : parent.image.segments) {
      // A patch lies within 2 GiB of what it patches (docs/formats.md).
      if (segment.memorySize >> 31)
        return error(Fault::Format, fmt::format("{} is larger than a patch can be", parent.manifest.name),
                     "build that patch again");
      LP_TRY_ASSIGN(segment.address, checkedInSpace(parent, patch + 1, segment.address.value));
      image_.segments.push_back(std::move(segment));
    }
    for (const auto &[at, pointer] : parent.image.pointers) {
      LP_TRY_ASSIGN(ImagePointer here, pointerHere(patch, pointer));
      LP_TRY_ASSIGN(const LinkAddr place, checkedInSpace(parent, patch + 1, at));
      image_.pointers[place.value] = std::move(here);
    }
    for (const Command &command : parent.commands)
      if (command.kind != CommandKind::Jump)
        LP_TRY(layData(patch, command));
    return {};
  }

private:
  Result<ImagePointer> pointerHere(std::size_t patch, const ImagePointer &pointer) const {
    if (pointer.symbol.empty()) {
      LP_TRY_ASSIGN(const LinkAddr value, checkedInSpace(parents_[patch], patch + 1, pointer.value));
      return ImagePointer{{}, value.value};
    }
    LP_TRY_ASSIGN(const std::optional<LinkAddr> at, addressOf(patch, pointer.symbol));
    return at ? ImagePointer{{}, at->value + pointer.value} : pointer;
  }

  static Result<std::optional<LinkAddr>> found(const Result<LinkAddr> &address) {
    if (!address.ok())
      return address.failure();
    return std::optional(*address);
  }

  // Of a symbol as the patch names it; nothing for a library's.
  Result<std::optional<LinkAddr>> addressOf(std::size_t patch, const std::string &name) const {
    const ParentPatch &parent = parents_[patch];
    if (const auto own = parent.image.symbols.find(name); own != parent.image.symbols.end())
      return found(checkedInSpace(parent, patch + 1, own->second.address.value));
    for (const ManifestSymbol &symbol : parent.manifest.symbols)
      if (symbol.name == name && symbol.kind != ManifestSymbolKind::Tls) {
        LP_TRY_ASSIGN(const std::size_t object, objectHere(parents_, patch, symbol.object));
        return found(checkedInSpace(parent, object, symbol.address.value));
      }
    return std::optional<LinkAddr>();
  }

  Result<void> layData(std::size_t patch, const Command &command) {
    const std::vector<ManifestData> &all = parents_[patch].manifest.data;
    const std::string name = dataName(command.target);
    const auto described =
        std::find_if(all.begin(), all.end(), [&](const ManifestData &data) { return data.target == name; });
    if (described == all.end())
      return error(Fault::Format,
                   fmt::format("the manifest of {} does not know {}", parents_[patch].manifest.name, name),
                   "build it again");
    LP_TRY_ASSIGN(const std::size_t object, objectHere(parents_, patch, described->object));
    LP_TRY_ASSIGN(const LinkAddr at, checkedInSpace(parents_[patch], object, described->address.value));
    if (command.kind == CommandKind::Value)
      return writeBytes(at, command.bytes, name);
    if (command.patch.name == nullPatchSymbol) {
      image_.pointers.erase(at.value);
      return writeBytes(at, std::vector<std::uint8_t>(sizeof(std::uint64_t)), name);
    }
    LP_TRY_ASSIGN(const std::optional<LinkAddr> value, addressOf(patch, command.patch.name));
    image_.pointers[at.value] = value ? ImagePointer{{}, value->value + command.patch.offset}
                                      : ImagePointer{command.patch.name, command.patch.offset};
    return {};
  }

  Result<void> writeBytes(LinkAddr at, const std::vector<std::uint8_t> &bytes, const std::string &name) {
    for (ImageSegment &segment : image_.segments) {
      if (at < segment.address || at.value - segment.address.value >= segment.memorySize)
        continue;
      const std::uint64_t offset = at.value - segment.address.value;
      if (bytes.size() > segment.memorySize - offset)
        break;
      segment.bytes.resize(std::max<std::size_t>(segment.bytes.size(), offset + bytes.size()));
      std::copy(bytes.begin(), bytes.end(), segment.bytes.begin() + static_cast<std::ptrdiff_t>(offset));
      return {};
    }
    return error(Fault::Format, fmt::format("{} is not in the target's data", name), "build that patch again");
  }

  TargetImage &image_;
  const std::vector<ParentPatch> &parents_;
};

} // namespace

Result<void> layOver(TargetImage &image, const std::vector<ParentPatch> &parents) {
  DataStacking stacking(image, parents);
  for (std::size_t patch = 0; patch < parents.size(); ++patch)
    LP_TRY(stacking.layPatch(patch));
  return {};
}

} // namespace livepatch
