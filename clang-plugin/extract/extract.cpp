#include "clang-plugin/extract/extract.h"

#include "clang-plugin/extract/absolute_tables.h"
#include "clang-plugin/extract/position_independent.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Operator.h"
#include "llvm/IR/PassManager.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"

namespace livepatch {
namespace {

using namespace llvm;

Error refusal(const Twine &what) {
  return createStringError(inconvertibleErrorCode(), what);
}

// Lists that the compiler keeps for the linker and the start-up code. Constructors of a patch are never run, and what
// the target's optimiser had to keep says nothing about the patch.
void dropTables(Module &module) {
  for (const char *name : {"llvm.used", "llvm.compiler.used", "llvm.global_ctors", "llvm.global_dtors"})
    if (GlobalVariable *table = module.getNamedGlobal(name))
      table->eraseFromParent();
  module.setModuleInlineAsm("");
}

void becomeDeclaration(GlobalObject &object) {
  object.setComdat(nullptr);
  if (auto *function = dyn_cast<Function>(&object)) {
    function->deleteBody();
  } else {
    auto &variable = cast<GlobalVariable>(object);
    variable.setInitializer(nullptr);
    // The address of the target's own variable may be compared: the copy-if-you-like permission ends here.
    variable.setUnnamedAddr(GlobalValue::UnnamedAddr::None);
  }
  object.setLinkage(GlobalValue::ExternalLinkage);
}

// Gives `value` the name `name`, or lets its uses go to the declaration that already has it.
GlobalValue *bindTo(Module &module, GlobalValue &value, StringRef name) {
  if (value.getName() == name)
    return &value;
  if (GlobalValue *there = module.getNamedValue(name)) {
    value.replaceAllUsesWith(there->getType() == value.getType()
                                 ? static_cast<Constant *>(there)
                                 : ConstantExpr::getPointerCast(there, value.getType()));
    value.eraseFromParent();
    return there;
  }
  value.setName(name);
  return &value;
}

// The functions whose labels an initialiser holds: `static void *labels[] = {&&a, &&b}`, the table behind a computed
// goto.
void findLabelOwners(const Constant &constant, SmallPtrSetImpl<const Constant *> &seen,
                     SmallPtrSetImpl<const Function *> &owners) {
  if (auto *label = dyn_cast<BlockAddress>(&constant))
    owners.insert(label->getFunction());
  if (isa<BlockAddress>(constant) || isa<GlobalValue>(constant) || !seen.insert(&constant).second)
    return;
  for (const Use &operand : constant.operands())
    if (auto *inner = dyn_cast<Constant>(operand.get()))
      findLabelOwners(*inner, seen, owners);
}

// Nothing in the unit can store to the variable: it is a constant that lacks the word.
bool isOnlyRead(const Value &value) {
  for (const User *user : value.users()) {
    if (isa<LoadInst>(user))
      continue;
    const bool isAddress = isa<GEPOperator>(user) || isa<BitCastOperator>(user);
    if (!isAddress || !isOnlyRead(*user))
      return false;
  }
  return true;
}

bool isOnlyRead(const GlobalVariable &table) {
  return table.hasLocalLinkage() && isOnlyRead(static_cast<const Value &>(table));
}

// Calls go straight to the new body; whoever takes the address gets the old entry, which is what the rest of the
// process compares with, and which leads to the new body anyway.
void keepIdentity(Module &module, Function &function, StringRef identity) {
  auto isAddressUse = [](Use &use) {
    if (isa<BlockAddress>(use.getUser()))
      return false;
    auto *call = dyn_cast<CallBase>(use.getUser());
    return !(call && call->isCallee(&use));
  };
  bool needed = false;
  for (Use &use : function.uses())
    needed = needed || isAddressUse(use);
  if (!needed)
    return;
  Function *entry = Function::Create(function.getFunctionType(), GlobalValue::ExternalLinkage,
                                     function.getAddressSpace(), "", &module);
  entry->setCallingConv(function.getCallingConv());
  entry->setAttributes(function.getAttributes());
  function.replaceUsesWithIf(entry, isAddressUse);
  bindTo(module, *entry, identity);
}

void define(Module &module, GlobalObject &object, const Definition &definition) {
  const bool merges = object.hasComdat() || object.hasLinkOnceLinkage() || object.hasWeakLinkage();
  object.setName(definition.as);
  object.setComdat(nullptr);
  // Copies of an inline function come from several units; the linker keeps one of them as it did in the target.
  if (merges)
    object.setComdat(module.getOrInsertComdat(object.getName()));
  object.setLinkage(merges ? GlobalValue::WeakODRLinkage : GlobalValue::ExternalLinkage);
  object.setVisibility(definition.exported ? GlobalValue::ProtectedVisibility : GlobalValue::HiddenVisibility);
  object.setDSOLocal(true);
  if (auto *function = dyn_cast<Function>(&object); function && !definition.identity.empty())
    keepIdentity(module, *function, definition.identity);
}

void makePrivate(GlobalObject &object) {
  object.setComdat(nullptr);
  object.setVisibility(GlobalValue::DefaultVisibility);
  object.setLinkage(GlobalValue::InternalLinkage);
}

class Extraction {
public:
  Extraction(Module &module, const Order &order) : module_(module), order_(order) {}

  Error run() {
    if (auto failed = checkNames())
      return failed;
    // It becomes a symbol of the object, and says where the target was built.
    module_.setSourceFileName(order_.unit);
    dropTables(module_); // before any question about uses
    if (auto failed = findLabelTables())
      return failed;
    placeAliases();
    placeDefinitions();
    bindDeclarations();
    makePositionIndependent(module_);
    removeUnreferenced();
    if (auto failed = makeTablesAbsolute(module_))
      return failed;
    if (auto failed = checkUndecided())
      return failed;
    std::string problems;
    raw_string_ostream stream(problems);
    if (verifyModule(module_, &stream))
      return refusal("the extracted module is broken: " + stream.str());
    return Error::success();
  }

private:
  // An order that names what is not there was made for another module.
  Error checkNames() {
    auto missing = [this](StringRef name) {
      const GlobalValue *value = module_.getNamedValue(name);
      return !value || (value->isDeclaration() && !isa<GlobalAlias>(value));
    };
    for (const auto &entry : order_.define)
      if (missing(entry.first()))
        return refusal("'" + entry.first() + "' is to be defined, but the unit has no body of it");
    for (const auto &entry : order_.internal)
      if (missing(entry.first()))
        return refusal("'" + entry.first() + "' is to be private, but the unit does not define it");
    return Error::success();
  }

  bool comesAlong(StringRef name) const { return order_.define.count(name) || order_.internal.count(name); }

  // A table of labels belongs to its function's body, whatever the order says: the target's table leads into the old
  // one.
  Error findLabelTables() {
    for (GlobalVariable &variable : module_.globals()) {
      if (!variable.hasInitializer())
        continue;
      variable.removeDeadConstantUsers(); // what is left of the dropped tables
      SmallPtrSet<const Constant *, 16> seen;
      SmallPtrSet<const Function *, 2> owners;
      findLabelOwners(*variable.getInitializer(), seen, owners);
      for (const Function *owner : owners) {
        if (!comesAlong(owner->getName()))
          continue;
        if (!variable.isConstant() && !isOnlyRead(variable))
          return refusal("'" + variable.getName() + "' is a writable table of labels of '" + owner->getName() +
                         "'; its live contents lead into the old code");
        labelTables_.insert(&variable);
      }
    }
    return Error::success();
  }

  // In the target an alias is a symbol like any other; in the patch it is its aliasee where that comes along.
  void placeAliases() {
    SmallVector<GlobalValue *, 8> aliases;
    for (GlobalAlias &alias : module_.aliases())
      aliases.push_back(&alias);
    for (GlobalIFunc &ifunc : module_.ifuncs())
      aliases.push_back(&ifunc);
    for (GlobalValue *alias : aliases) {
      const std::string name = alias->getName().str();
      if (auto *plain = dyn_cast<GlobalAlias>(alias);
          plain && (order_.define.count(name) || order_.internal.count(name))) {
        plain->replaceAllUsesWith(plain->getAliasee());
        plain->eraseFromParent();
        continue;
      }
      alias->setName("");
      GlobalValue *declaration;
      if (auto *type = dyn_cast<FunctionType>(alias->getValueType()))
        declaration = Function::Create(type, GlobalValue::ExternalLinkage, alias->getAddressSpace(), "", &module_);
      else
        declaration = new GlobalVariable(module_, alias->getValueType(), false, GlobalValue::ExternalLinkage, nullptr,
                                         "", nullptr, alias->getThreadLocalMode(), alias->getAddressSpace());
      alias->replaceAllUsesWith(declaration);
      alias->eraseFromParent();
      auto external = order_.external.find(name);
      bindTo(module_, *declaration, external == order_.external.end() ? StringRef(name) : StringRef(external->second));
    }
  }

  void placeDefinitions() {
    SmallVector<GlobalObject *, 0> objects;
    for (GlobalObject &object : module_.global_objects())
      if (!object.isDeclaration())
        objects.push_back(&object);
    for (GlobalObject *object : objects)
      place(*object);
  }

  void place(GlobalObject &object) {
    // The padding is for entries that a later patch may redirect: those of the target, and of what is new in this
    // patch. The entry of what it replaces is the target's own.
    auto *function = dyn_cast<Function>(&object);
    auto defined = order_.define.find(object.getName());
    if (function && (defined == order_.define.end() || !defined->second.identity.empty())) {
      if (function->hasPrologueData())
        function->setPrologueData(nullptr);
      function->removeFnAttr("patchable-function-entry");
      function->removeFnAttr("patchable-function-prefix");
    }
    const std::string name = object.getName().str();
    if (object.hasAvailableExternallyLinkage())
      return becomeDeclaration(object);
    if (labelTables_.count(&object))
      return makePrivate(object);
    if (auto found = order_.define.find(name); found != order_.define.end())
      return define(module_, object, found->second);
    if (order_.internal.count(name))
      return makePrivate(object);
    if (auto found = order_.external.find(name); found != order_.external.end()) {
      becomeDeclaration(object);
      bindTo(module_, object, found->second);
      return;
    }
    auto *variable = dyn_cast<GlobalVariable>(&object);
    const bool isContent = variable && variable->isConstant() && variable->hasLocalLinkage() &&
                           (variable->hasPrivateLinkage() || variable->hasAtLeastLocalUnnamedAddr());
    // Sanitizers describe source places in nameless variables; nobody else can refer to those.
    const bool isNameless = variable && variable->hasPrivateLinkage() && name.empty();
    makePrivate(object);
    if (!isContent && !isNameless)
      undecided_.insert(&object);
  }

  void bindDeclarations() {
    for (const auto &entry : order_.rename)
      if (GlobalValue *value = module_.getNamedValue(entry.first()); value && value->isDeclaration())
        bindTo(module_, *value, entry.second);
  }

  void removeUnreferenced() {
    PassBuilder builder;
    LoopAnalysisManager loops;
    FunctionAnalysisManager functions;
    CGSCCAnalysisManager cycles;
    ModuleAnalysisManager modules;
    builder.registerModuleAnalyses(modules);
    builder.registerCGSCCAnalyses(cycles);
    builder.registerFunctionAnalyses(functions);
    builder.registerLoopAnalyses(loops);
    builder.crossRegisterProxies(loops, functions, cycles, modules);
    ModulePassManager passes;
    passes.addPass(GlobalDCEPass());
    passes.run(module_, modules);
  }

  Error checkUndecided() {
    for (GlobalObject &object : module_.global_objects()) {
      if (object.isDeclaration())
        continue;
      if (undecided_.count(&object))
        return refusal("'" + object.getName() +
                       "' is needed by the patch, but the order does not say where it is to live");
    }
    return Error::success();
  }

  Module &module_;
  const Order &order_;
  SmallPtrSet<const GlobalObject *, 4> labelTables_;
  SmallPtrSet<const GlobalObject *, 16> undecided_; // only compared with what is still in the module
};

} // namespace

Error extract(Module &module, const Order &order) {
  return Extraction(module, order).run();
}

} // namespace livepatch
