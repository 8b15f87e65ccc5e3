#include "clang-plugin/unit_map.h"

#include "clang-plugin/address_use.h"
#include "clang-plugin/declaration_join.h"
#include "clang-plugin/initial_bytes.h"
#include "clang-plugin/lambda_text.h"
#include "clang-plugin/llvm_compat.h"
#include "clang-plugin/map_section.h"
#include "clang-plugin/text_stream.h"
#include "clang-plugin/traits.h"
#include "clang-plugin/type_text.h"
#include "clang-plugin/unit_map_text.h"

#include "llvm/ADT/StringExtras.h"

#include <algorithm>

namespace livepatch {
namespace {

// What is compared between two compiles besides the command. Debug information is none of it.
std::vector<std::string> moduleFlags(const llvm::Module &module) {
  std::vector<std::string> flags;
  llvm::SmallVector<llvm::Module::ModuleFlagEntry, 8> entries;
  module.getModuleFlagsMetadata(entries);
  for (const auto &entry : entries) {
    const llvm::StringRef key = entry.Key->getString();
    // The last one is there only where a function has variables to be tracked.
    if (key == "Dwarf Version" || key == "DWARF64" || key == "Debug Info Version" ||
        key == "debug-info-assignment-tracking")
      continue;
    std::string value;
    if (auto *number = llvm::mdconst::dyn_extract_or_null<llvm::ConstantInt>(entry.Val))
      value = llvm::toString(number->getValue(), 10, /*Signed=*/false);
    else if (auto *text = llvm::dyn_cast_or_null<llvm::MDString>(entry.Val))
      value = text->getString().str();
    else
      continue;
    flags.push_back(key.str() + "=" + value);
  }
  std::sort(flags.begin(), flags.end());
  return flags;
}

bool isListedVariable(const llvm::GlobalVariable &variable) {
  return variable.hasInitializer() && !variable.hasAvailableExternallyLinkage() && !isContentOnly(variable) &&
         !variable.hasPrivateLinkage() && !startsWith(variable.getName(), "llvm.") &&
         variable.getSection() != "llvm.metadata";
}

class Writer {
public:
  Writer(llvm::Module &module, const EarlyLook &early, const UnitFacts &facts, MapForm form, bool padding)
      : module_(module), early_(early), facts_(facts), form_(form), padding_(padding),
        text_(module, CanonicalText::Stage::Late), join_(module, facts), traits_(module), stream_(result_.json),
        out_(stream_) {}

  UnitMap write() {
    out_.objectBegin();
    out_.attribute("unit", 1);
    compile();
    writeTexts(out_, "module-flags", moduleFlags(module_));
    writeTexts(out_, "files", facts_.files);
    writeTexts(out_, "contents", facts_.contents);
    writeFlag(out_, "file-asm", !module_.getModuleInlineAsm().empty());
    out_.attributeArray("functions", [&] { functions(); });
    out_.attributeArray("variables", [&] { variables(); });
    out_.attributeArray("aliases", [&] { aliases(); });
    if (!facts_.lambdas.empty())
      out_.attributeArray("lambdas", [&] { writeLambdas(out_, facts_.lambdas); });
    out_.attributeArray("types", [&] {
      for (const RecordType &record : facts_.records)
        out_.value(record.hash);
    });
    if (form_ == MapForm::Analysis) {
      out_.attributeObject("records", [&] {
        for (const RecordType &record : facts_.records) {
          out_.attributeBegin(record.hash);
          out_.rawValue(record.json);
          out_.attributeEnd();
        }
      });
    }
    out_.objectEnd();
    stream_.flush();
    return std::move(result_);
  }

private:
  void compile() {
    const CompileFacts &compile = facts_.compile;
    out_.attribute("source", jsonText(compile.source));
    out_.attribute("directory", jsonText(compile.directory));
    writeTexts(out_, "command", compile.command);
    out_.attributeObject("compiler", [&] {
      out_.attribute("name", "clang");
      out_.attribute("version", jsonText(compile.compilerVersion));
      out_.attribute("executable", jsonText(compile.executable));
      out_.attribute("plugin", 3);
    });
    out_.attribute("optimization", compile.optimization);
  }

  void address(const llvm::GlobalValue &value) {
    if (form_ == MapForm::Analysis) {
      out_.attribute("defined", true);
    } else if (isNameableInAssembly(linkerName(value)) && !(value.isThreadLocal() && facts_.compile.emulatedTls)) {
      out_.attribute("address", static_cast<std::int64_t>(result_.addresses.size()));
      result_.addresses.push_back(&value);
    }
  }

  void functions() {
    std::map<std::string, llvm::Function *> emitted;
    for (llvm::Function &function : module_)
      if (!function.isDeclaration() && !function.hasAvailableExternallyLinkage())
        emitted[linkerName(function)] = &function;
    std::set<std::string> symbols;
    for (const auto &[symbol, function] : emitted)
      symbols.insert(symbol);
    for (const auto &[symbol, function] : early_.functions)
      symbols.insert(symbol);
    for (const std::string &symbol : symbols) {
      const auto late = emitted.find(symbol);
      const auto early = early_.functions.find(symbol);
      function(symbol, late == emitted.end() ? nullptr : late->second,
               early == early_.functions.end() ? nullptr : &early->second);
    }
  }

  void function(const std::string &symbol, llvm::Function *late, const EarlyFunction *early) {
    out_.objectBegin();
    out_.attribute("name", jsonText(symbol));
    out_.attribute("linkage", late ? linkageName(*late) : llvm::StringRef(early->linkage));
    writeFlag(out_, "hidden", late ? late->hasHiddenVisibility() : early->hidden);
    std::vector<std::string> uses;
    if (late) {
      address(*late);
      const Fingerprint fingerprint = text_.function(*late);
      out_.attribute("late", fingerprint.hash);
      uses = symbolNames(fingerprint.references);
    }
    if (early)
      out_.attribute("early", early->fingerprint);
    const DeclaredFunction declared = join_.function(symbol);
    if (late)
      out_.attribute("convention", callingContract(*late));
    writeText(out_, "type", declared.type);
    writeText(out_, "means", declared.means);
    if (late) {
      const Padding padding = padding_ ? pad(*late) : Padding();
      out_.attributeObject("padding", [&] {
        out_.attribute("kind", paddingName(padding.kind));
        if (padding.kind != PaddingKind::None)
          out_.attribute("offset", static_cast<std::int64_t>(padding.offset));
      });
    }
    writeTexts(out_, "uses", uses);
    if (early)
      writeTexts(out_, "calls", early->calls);
    if (early)
      writeTexts(out_, "repeats", early->repeats);
    writeText(out_, "place", declared.place);
    writeTexts(out_, "traits", traits(late, early));
    out_.objectEnd();
  }

  std::vector<std::string> traits(const llvm::Function *late, const EarlyFunction *early) const {
    std::set<std::string> traits = early ? early->traits : std::set<std::string>();
    if (late)
      traits.merge(traits_.of(*late));
    return {traits.begin(), traits.end()};
  }

  void variables() {
    std::map<std::string, const llvm::GlobalVariable *> listed;
    for (const llvm::GlobalVariable &variable : module_.globals())
      if (isListedVariable(variable))
        listed[linkerName(variable)] = &variable;
    for (const auto &[symbol, variable] : listed)
      this->variable(symbol, *variable);
    constants();
  }

  void variable(const std::string &symbol, const llvm::GlobalVariable &variable) {
    const DeclaredVariable declared = join_.variable(variable);
    out_.objectBegin();
    out_.attribute("name", jsonText(symbol));
    out_.attribute("linkage", linkageName(variable));
    writeFlag(out_, "hidden", variable.hasHiddenVisibility());
    address(variable);
    writeFlag(out_, "tls", variable.isThreadLocal());
    storage(variable);
    writeText(out_, "type", declared.type);
    writeText(out_, "means", declared.means);
    writeText(out_, "owner", declared.owner);
    writeText(out_, "base", declared.base);
    writeText(out_, "place", declared.place);
    writeText(out_, "section", variable.getSection().str());
    if (variable.isConstant())
      writeText(out_, "address-is", addressUse(variable).str());
    // The front end may have folded what the language calls dynamic; then it is in the initialiser.
    const bool unset = variable.getInitializer()->isNullValue();
    writeFlag(out_, "dynamic-init",
              declared.dynamicInit && unset && (!declared.owner.empty() || early_.initialised.count(symbol)));
    out_.objectEnd();
  }

  void storage(const llvm::GlobalVariable &variable) {
    const llvm::DataLayout &layout = module_.getDataLayout();
    writeFlag(out_, "constant", variable.isConstant());
    out_.attribute("size", static_cast<std::int64_t>(layout.getTypeAllocSize(variable.getValueType()).getFixedValue()));
    out_.attribute("align", static_cast<std::int64_t>(layout.getPreferredAlign(&variable).value()));
    const Fingerprint &content = text_.content(variable);
    out_.attribute("content", content.hash);
    writeTexts(out_, "uses", symbolNames(content.references));
    if (form_ == MapForm::Analysis)
      initialiser(variable);
  }

  void initialiser(const llvm::GlobalVariable &variable) {
    const InitialBytes initial = initialBytes(variable);
    if (!initial.complete)
      out_.attribute("opaque", true);
    if (!initial.bytes.empty())
      out_.attribute("bytes", llvm::toHex(initial.bytes, /*LowerCase=*/true));
    if (!initial.pieces.empty())
      out_.attributeArray("pieces", [&] {
        for (const InitialPiece &piece : initial.pieces) {
          out_.value(static_cast<std::int64_t>(piece.offset));
          out_.value(static_cast<std::int64_t>(piece.size));
        }
      });
    if (initial.pointers.empty())
      return;
    out_.attributeArray("pointers", [&] {
      for (const InitialPointer &pointer : initial.pointers) {
        out_.array([&] {
          out_.value(static_cast<std::int64_t>(pointer.offset));
          out_.value(jsonText(linkerName(*pointer.target)));
          out_.value(pointer.addend);
        });
        if (isContentOnly(*pointer.target))
          pointedTo_.insert(llvm::cast<llvm::GlobalVariable>(pointer.target));
      }
    });
  }

  // Strings and the like behind the pointers of variables (only an analysis collects them): they have no symbol in the
  // object, but a patch may have to bring them along under one of its own.
  void constants() {
    for (std::size_t i = 0; i < pointedTo_.size(); ++i) { // grows while it is written
      out_.objectBegin();
      out_.attribute("name", jsonText(linkerName(*pointedTo_[i])));
      out_.attribute("linkage", "internal");
      out_.attribute("defined", true);
      storage(*pointedTo_[i]);
      out_.objectEnd();
    }
  }

  void aliases() {
    std::map<std::string, const llvm::GlobalValue *> listed;
    for (const llvm::GlobalAlias &alias : module_.aliases())
      if (!alias.hasAvailableExternallyLinkage())
        listed[linkerName(alias)] = &alias;
    for (const llvm::GlobalIFunc &ifunc : module_.ifuncs())
      listed[linkerName(ifunc)] = &ifunc;
    for (const auto &[symbol, value] : listed) {
      auto *alias = llvm::dyn_cast<llvm::GlobalAlias>(value);
      const llvm::Constant *target = alias ? alias->getAliasee() : llvm::cast<llvm::GlobalIFunc>(value)->getResolver();
      auto *object = llvm::dyn_cast<llvm::GlobalValue>(target->stripPointerCasts());
      out_.objectBegin();
      out_.attribute("name", jsonText(symbol));
      if (object)
        out_.attribute("target", jsonText(linkerName(*object)));
      out_.attribute("kind", alias ? "alias" : "ifunc");
      out_.attribute("linkage", linkageName(*value));
      // The address of an ifunc is decided at run time; its symbol stands for the resolver.
      if (alias)
        address(*alias);
      out_.objectEnd();
    }
  }

  llvm::Module &module_;
  const EarlyLook &early_;
  const UnitFacts &facts_;
  const MapForm form_;
  const bool padding_;
  CanonicalText text_;
  DeclarationJoin join_;
  const Traits traits_;
  llvm::SetVector<const llvm::GlobalVariable *> pointedTo_;
  UnitMap result_;
  StringStream stream_;
  llvm::json::OStream out_;
};

} // namespace

UnitMap makeUnitMap(llvm::Module &module, const EarlyLook &early, const UnitFacts &facts, MapForm form, bool padding) {
  return Writer(module, early, facts, form, padding).write();
}

} // namespace livepatch
