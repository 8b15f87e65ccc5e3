// Runs another program: an argument vector, never a shell.
#pragma once

#include "runtime/core/result.h"

#include <string>
#include <vector>

namespace livepatch {

struct ProgramRun {
  std::vector<std::string> arguments;      // [0] is the program; searched in PATH when it holds no slash
  std::string directory;                   // where it runs; empty: here
  std::string input;                       // its standard input
  std::vector<std::string> variables = {}; // "NAME=value", besides or in place of what is in our own environment
};

struct ProgramOutcome {
  int exitCode = 0; // 128 + signal where a signal ended it
  std::string output, errors;
  [[nodiscard]] bool succeeded() const { return exitCode == 0; }
};

// A program that is running when this process ends, however it ends, is ended too. (What that program has started ends
// with it where it takes care of that; a compiler in its -cc1 mode starts nothing.)
//
// An Error only where the program could not be started; what it says about its work is in the outcome.
[[nodiscard]] Result<ProgramOutcome> runProgram(const ProgramRun &run);

// From now on SIGINT, SIGTERM and SIGHUP end no program at once: runProgram() fails instead, and everything that was
// begun is cleaned up on the way out.
void failOnSignals();

// This process, started by another program on behalf of `owner`, ends when that program does. False where it, or the
// owner, is gone already.
[[nodiscard]] bool endWithStarter(int owner);

} // namespace livepatch
