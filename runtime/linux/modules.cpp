#include "runtime/linux/modules.h"

#include "runtime/core/image_layout.h"
#include "runtime/core/loaded_segments.h"
#include "runtime/core/start_up_tls.h"

#include <algorithm>
#include <cstring>
#include <elf.h>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>

namespace livepatch {
namespace {

// No limit of ELF: it bounds what a damaged or hostile target can make us read.
constexpr std::size_t mostModules = 4096;

std::map<std::uint64_t, std::uint64_t> parseAuxv(const std::string &bytes) {
  std::map<std::uint64_t, std::uint64_t> values;
  for (std::size_t at = 0; at + 16 <= bytes.size(); at += 16) {
    std::uint64_t pair[2];
    std::memcpy(pair, bytes.data() + at, sizeof pair);
    if (pair[0] == AT_NULL)
      break;
    values[pair[0]] = pair[1];
  }
  return values;
}

Result<LoadedSegments> readHeaders(const TargetMemory &memory, RuntimeAddr at, std::uint64_t count,
                                   const std::string &name) {
  if (count == 0 || count > mostProgramHeaders)
    return error(Fault::Format, fmt::format("{} has {} program headers in memory", name, count));
  LP_TRY_ASSIGN(const std::vector<std::uint8_t> headers, memory.read(at, count * sizeof(Elf64_Phdr)));
  return loadedSegments(headers, name);
}

// How much more of the target's objects is read: one may claim any size, and a list may name it a thousand times.
class ReadingAllowance {
public:
  [[nodiscard]] Result<void> take(std::uint64_t bytes, const std::string &name) {
    if (bytes > left_)
      return error(Fault::Format, fmt::format("the loaded objects are too large to read: {} is one too many", name));
    left_ -= bytes;
    return {};
  }

private:
  std::uint64_t left_ = std::uint64_t{2} << 30;
};

Result<Module> readModule(const TargetMemory &memory, std::string path, LoadBias bias, const LoadedSegments &segments,
                          ReadingAllowance &allowance) {
  ModuleImage image(segments.imageSize());
  if (image.size() == 0)
    return error(Fault::Io, fmt::format("no memory for the image of {}", path));
  // The file's part only: .bss may be huge, and holds nothing that describes the object.
  const auto read = [&](const ElfSegment &segment) -> Result<void> {
    LP_TRY(allowance.take(segment.fileSize, path));
    memory.readSparse(bias + segment.address, {image.data() + segments.offsetOf(segment), segment.fileSize});
    return {};
  };
  for (const ElfSegment &segment : segments.loads)
    if (!(segment.flags & PF_X))
      LP_TRY(read(segment));
  // Linked without a separate read-only segment (-z noseparate-code), the tables share the first, executable one.
  for (const ElfSegment &segment : segments.loads)
    if ((segment.flags & PF_X) && segment.fileOffset == 0)
      LP_TRY(read(segment));
  LP_TRY_ASSIGN(ElfView view, ElfView::ofMemory(image.bytes(), bias, path));
  const RuntimeAddr start = bias + segments.lowest;
  return Module{std::move(path), bias, {start, start + segments.imageSize()}, std::move(image), std::move(view)};
}

// The ELF header's place: the mapping of the same file with offset 0, nearest below an address inside the object.
std::optional<RuntimeAddr> headerOfObjectAt(const std::vector<MemoryMapping> &maps, RuntimeAddr inside) {
  const MemoryMapping *holder = mappingAt(maps, inside);
  if (!holder || holder->inode == 0)
    return std::nullopt;
  std::optional<RuntimeAddr> found;
  for (const MemoryMapping &mapping : maps)
    if (mapping.inode == holder->inode && mapping.device == holder->device && mapping.offset == 0 &&
        mapping.range.start <= inside)
      found = mapping.range.start;
  return found;
}

Result<LoadedSegments> readHeadersAt(const TargetMemory &memory, RuntimeAddr elfHeader, const std::string &name) {
  Elf64_Ehdr header;
  LP_TRY(memory.read(elfHeader, {reinterpret_cast<std::uint8_t *>(&header), sizeof header}));
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64)
    return error(Fault::Format, fmt::format("{} is not a 64-bit ELF object in memory", name));
  return readHeaders(memory, elfHeader + header.e_phoff, header.e_phnum, name);
}

struct Executable {
  Module module;
  std::uint64_t vdso = 0;
};

Result<Executable> readExecutable(const TargetProcess &target, const TargetMemory &memory,
                                  ReadingAllowance &allowance) {
  LP_TRY_ASSIGN(std::string bytes, target.auxv());
  auto auxv = parseAuxv(bytes);
  std::string name = target.executableName();
  if (auxv[AT_PHENT] != sizeof(Elf64_Phdr))
    return error(Fault::Mismatch, fmt::format("process {} is not a 64-bit program", target.describe()),
                 "only x86-64 programs can be patched");
  LP_TRY_ASSIGN(const LoadedSegments segments, readHeaders(memory, {auxv[AT_PHDR]}, auxv[AT_PHNUM], name));
  // Where the headers were linked to lie tells the bias: PT_PHDR, or (static programs have none) the segment that
  // begins the file.
  std::optional<LinkAddr> linked = segments.headersAt;
  for (const ElfSegment &segment : segments.loads)
    if (!linked && segment.fileOffset == 0)
      linked = segment.address + (auxv[AT_PHDR] % pageSize); // headers stand in the first page (e_phoff is 64)
  if (!linked)
    return error(Fault::Format, fmt::format("cannot tell where {} was loaded", name));
  LP_TRY_ASSIGN(Module module, readModule(memory, name, {auxv[AT_PHDR] - linked->value}, segments, allowance));
  return Executable{std::move(module), auxv[AT_SYSINFO_EHDR]};
}

// r_debug and link_map (link.h) as they lie in the target; only the members that every version has.
struct DebugRecord {
  std::uint64_t version, map, breakpoint, state, loaderBase;
};
struct LinkMap {
  std::uint64_t bias, name, dynamic, next, previous;
};

// The address of r_debug: the loader has stored it into the executable's DT_DEBUG.
Result<std::uint64_t> debugRecordAddress(const TargetMemory &memory, const Module &executable) {
  const ElfSegment *dynamic = executable.view.segment(PT_DYNAMIC);
  if (!dynamic)
    return std::uint64_t{0};
  auto table =
      memory.readSparse(executable.bias + dynamic->address, std::min<std::uint64_t>(dynamic->memorySize, 65536));
  for (std::size_t at = 0; at + 16 <= table.size(); at += 16) {
    std::uint64_t entry[2];
    std::memcpy(entry, table.data() + at, sizeof entry);
    if (entry[0] == DT_NULL)
      break;
    if (entry[0] == DT_DEBUG)
      return entry[1];
  }
  return std::uint64_t{0};
}

Error stillLoading(const TargetProcess &target) {
  return error(Fault::Busy, fmt::format("process {} is loading or unloading libraries right now", target.describe()),
               "try again in a moment");
}

void readLinkMap(const TargetMemory &memory, RuntimeAddr at, Module &module) {
  module.linkMap = at;
  if (const ElfSegment *tls = module.view.segment(PT_TLS))
    module.tls = findTlsFields(memory.readSparse(at, linkMapBytes), *tls, module.bias);
}

} // namespace

std::string Module::fileName() const {
  return path.substr(path.rfind('/') + 1);
}

bool Module::isCalled(std::string_view needed) const {
  return view.soname() == needed || path == needed || fileName() == needed.substr(needed.rfind('/') + 1);
}

std::vector<LoadedObject> ModuleList::objects() const {
  std::vector<LoadedObject> objects;
  for (const Module &module : modules) {
    LoadedObject &object = objects.emplace_back(LoadedObject{&module.view, module.bias});
    if (module.tls) {
      object.tlsModule = module.tls->module;
      object.tlsOffset = module.tls->staticOffset;
    }
  }
  // For the case that the loader's record cannot be read, and for static programs.
  deriveTlsOffsets(objects, 0);
  layOutStartUpTls(objects, 0);
  return objects;
}

Result<ModuleList> readModules(const TargetProcess &target, const TargetMemory &memory,
                               const std::vector<MemoryMapping> &maps) {
  ModuleList list;
  ReadingAllowance allowance;
  LP_TRY_ASSIGN(Executable executable, readExecutable(target, memory, allowance));
  list.modules.push_back(std::move(executable.module));
  for (const MemoryMapping &mapping : maps)
    if (mapping.path == "[vdso]")
      list.vdso = mapping.range;
  LP_TRY_ASSIGN(std::uint64_t record, debugRecordAddress(memory, list.modules[0]));
  if (record == 0 && !list.modules[0].view.segment(PT_INTERP))
    return list; // static
  if (record == 0)
    return stillLoading(target);
  DebugRecord debug;
  LP_TRY(memory.read({record}, {reinterpret_cast<std::uint8_t *>(&debug), sizeof debug}));
  // link.h: r_version is 0 before the loader has filled the record in; r_state 0 is RT_CONSISTENT.
  if (debug.version == 0 || debug.map == 0 || static_cast<std::uint32_t>(debug.state) != 0)
    return stillLoading(target);
  list.dynamic = true;
  list.debugRecord = {record};
  std::set<std::uint64_t> seen;
  for (std::uint64_t at = debug.map; at != 0 && seen.insert(at).second && seen.size() < mostModules;) {
    LinkMap entry;
    const RuntimeAddr linkMap{at};
    LP_TRY(memory.read(linkMap, {reinterpret_cast<std::uint8_t *>(&entry), sizeof entry}));
    at = entry.next;
    if (seen.size() == 1) { // the executable, which is there already
      readLinkMap(memory, linkMap, list.modules.front());
      continue;
    }
    RuntimeAddr dynamic{entry.dynamic};
    if (executable.vdso && dynamic.value >= executable.vdso && dynamic.value < executable.vdso + 0x10000)
      continue;
    LP_TRY_ASSIGN(std::string path, memory.readString({entry.name}));
    auto header = headerOfObjectAt(maps, dynamic);
    // Not backed by a file (made by a just-in-time loader, or unloaded right now): nothing that a patch could refer to.
    if (!header)
      continue;
    LP_TRY_ASSIGN(const LoadedSegments segments, readHeadersAt(memory, *header, path));
    auto module = readModule(memory, path, {entry.bias}, segments, allowance);
    if (!module)
      return std::move(module).failure();
    readLinkMap(memory, linkMap, *module);
    list.modules.push_back(std::move(*module));
  }
  for (std::string_view needed : list.modules[0].view.needed())
    if (std::none_of(list.modules.begin(), list.modules.end(),
                     [&](const Module &module) { return module.isCalled(needed); }))
      return stillLoading(target);
  return list;
}

std::vector<std::string> mappedBuildIds(const TargetProcess &target, const TargetMemory &memory) {
  std::vector<std::string> ids;
  auto text = target.mapsText();
  if (!text)
    return ids;
  auto maps = parseMemoryMaps(*text);
  if (!maps)
    return ids;
  for (const MemoryMapping &mapping : *maps) {
    if (mapping.inode == 0 || mapping.offset != 0)
      continue;
    auto segments = readHeadersAt(memory, mapping.range.start, mapping.path);
    if (!segments)
      continue;
    LoadBias bias{mapping.range.start.value - segments->lowest.value};
    // Program headers and notes lie in the first segment: enough of the image for the build-id.
    ModuleImage image(segments->imageSize());
    if (image.size() == 0)
      continue;
    const auto read = [&](const ElfSegment &segment, std::uint64_t atMost) {
      memory.readSparse(bias + segment.address,
                        {image.data() + segments->offsetOf(segment), std::min(segment.fileSize, atMost)});
    };
    for (const ElfSegment &segment : segments->loads)
      read(segment, pageSize);
    for (const ElfSegment &segment : segments->notes)
      read(segment, 65536);
    if (auto view = ElfView::ofMemory(image.bytes(), bias, mapping.path); view && !view->buildId().empty())
      ids.push_back(view->buildId());
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

} // namespace livepatch
