// __DATE__ and __TIME__: a unit compiled again at another time must not differ by them from its first compile.
#pragma once

namespace clang {
class CompilerInstance;
}

namespace livepatch {

struct CompileFacts;

// Watches the preprocessor from now on. Once the source uses one of the two macros, both are added to the recorded
// command with the values that this compile gives them, so that whoever repeats it gets the same text. `facts` has to
// outlive the preprocessor's work.
void recordBuildTime(clang::CompilerInstance &compiler, CompileFacts &facts);

} // namespace livepatch
