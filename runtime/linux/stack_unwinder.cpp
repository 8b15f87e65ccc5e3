#include "runtime/linux/stack_unwinder.h"

#include "runtime/linux/mapped_file.h"

#include <cstdlib>
#include <elfutils/libdwfl.h>

namespace livepatch {
namespace {

constexpr int mostFrames = 100000; // a deep recursion is no endless loop
constexpr std::size_t dwarfRegisters = 17;

// Debug information is not needed, and looking for it could go out to the network (debuginfod).
int noDebugInfo(Dwfl_Module *, void **, const char *, Dwarf_Addr, const char *, const char *, GElf_Word, char **) {
  return -1;
}

const Dwfl_Callbacks callbacks = {dwfl_build_id_find_elf, noDebugInfo, dwfl_offline_section_address, nullptr};

} // namespace

struct StackUnwinder::Session {
  const TargetMemory *memory;
  pid_t pid;
  Dwfl *dwfl = nullptr;
  bool usable = false;
  const SeizedThread *current = nullptr;
  std::vector<RuntimeAddr> addresses;
  bool first = true;
  Clock::time_point end;

  static pid_t nextThread(Dwfl *, void *self, void **argument) {
    auto *session = static_cast<Session *>(self);
    if (*argument)
      return 0;
    *argument = session;
    return session->current ? session->current->tid() : 0;
  }
  static bool getThread(Dwfl *, pid_t, void *self, void **argument) {
    *argument = self;
    return static_cast<Session *>(self)->current != nullptr;
  }
  static bool readMemory(Dwfl *, Dwarf_Addr at, Dwarf_Word *result, void *self) {
    auto word = static_cast<Session *>(self)->memory->readWord({at});
    if (word)
      *result = *word;
    return word.ok();
  }
  static bool initialRegisters(Dwfl_Thread *thread, void *self) {
    const user_regs_struct &r = static_cast<Session *>(self)->current->registers();
    // The psABI's numbering for DWARF; 16 is the return address, that is the instruction pointer.
    const Dwarf_Word values[dwarfRegisters] = {r.rax, r.rdx, r.rcx, r.rbx, r.rsi, r.rdi, r.rbp, r.rsp, r.r8,
                                               r.r9,  r.r10, r.r11, r.r12, r.r13, r.r14, r.r15, r.rip};
    dwfl_thread_state_register_pc(thread, r.rip);
    return dwfl_thread_state_registers(thread, 0, dwarfRegisters, values);
  }
  // Without tables libdw goes on by guessing that rbp is a frame pointer (backends/x86_64_unwind.c of elfutils), and
  // may skip frames: such a stack counts as one that cannot be followed.
  [[nodiscard]] bool hasTables(Dwarf_Addr pc) const {
    Dwfl_Module *module = dwfl_addrmodule(dwfl, pc);
    Dwarf_Addr bias = 0;
    Dwarf_CFI *tables = module ? dwfl_module_eh_cfi(module, &bias) : nullptr;
    Dwarf_Frame *rules = nullptr;
    if (!tables || dwarf_cfi_addrframe(tables, pc - bias, &rules) != 0)
      return false;
    std::free(rules);
    return true;
  }
  static int frame(Dwfl_Frame *frame, void *self) {
    auto *session = static_cast<Session *>(self);
    Dwarf_Addr pc = 0;
    bool activation = false; // false: `pc` is a return address, and its call is the byte before
    if (!dwfl_frame_pc(frame, &pc, &activation))
      return DWARF_CB_ABORT;
    if (!session->hasTables(activation ? pc : pc - 1))
      return DWARF_CB_ABORT;
    if (!session->first)
      session->addresses.push_back({pc});
    session->first = false;
    return session->addresses.size() < mostFrames && Clock::now() < session->end ? DWARF_CB_OK : DWARF_CB_ABORT;
  }
  ~Session() {
    if (dwfl)
      dwfl_end(dwfl);
  }
};

StackUnwinder::StackUnwinder(const TargetProcess &target, const TargetMemory &memory, const ModuleList &modules)
    : session_(std::make_unique<Session>()) {
  session_->memory = &memory;
  session_->pid = target.pid();
  session_->dwfl = dwfl_begin(&callbacks);
  if (!session_->dwfl)
    return;
  dwfl_report_begin(session_->dwfl);
  for (const Module &module : modules.modules) {
    // The executable by the link that survives its deletion; libraries by the path that the target's loader used.
    bool executable = &module == &modules.modules.front();
    std::string path = executable ? target.procPath("exe") : target.reachablePath(module.path);
    // A file that was replaced since has other tables than the code in memory: its build-id tells.
    auto descriptor = openRegularFile(path);
    if (!descriptor)
      continue;
    auto file = MappedFile::of(*descriptor, path);
    if (!file)
      continue;
    auto view = ElfView::ofFile(file->bytes(), path);
    if (!view || view->buildId() != module.view.buildId())
      continue;
    Dwfl_Module *reported =
        dwfl_report_elf(session_->dwfl, module.path.c_str(), path.c_str(), descriptor->get(), module.bias.value, true);
    GElf_Addr bias = 0;
    if (!reported)
      continue;
    [[maybe_unused]] const int taken = descriptor->release(); // libdw closes it
    dwfl_module_eh_cfi(reported, &bias);                      // read the tables now
  }
  dwfl_report_end(session_->dwfl, nullptr, nullptr);
  static const Dwfl_Thread_Callbacks threadCallbacks = {
      Session::nextThread, Session::getThread, Session::readMemory, Session::initialRegisters, nullptr, nullptr};
  session_->usable = dwfl_attach_state(session_->dwfl, nullptr, session_->pid, &threadCallbacks, session_.get());
}

StackUnwinder::~StackUnwinder() = default;

std::optional<std::vector<RuntimeAddr>> StackUnwinder::returnAddresses(const SeizedThread &thread,
                                                                       Clock::time_point end) {
  if (!session_->usable)
    return std::nullopt;
  session_->current = &thread;
  session_->end = end;
  session_->addresses.clear();
  session_->first = true;
  // 0: the outermost frame was reached (its return address is marked undefined).
  int outcome = dwfl_getthread_frames(session_->dwfl, thread.tid(), Session::frame, session_.get());
  session_->current = nullptr;
  if (outcome != 0)
    return std::nullopt;
  return std::move(session_->addresses);
}

} // namespace livepatch
