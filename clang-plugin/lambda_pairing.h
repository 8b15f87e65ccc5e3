// Which lambda of the new source is which of the running program's.
//
// A closure has no name: the compiler numbers the lambdas of a function. Closures live (in a std::function, in a
// thread), and what they hold leads to code by such a number, so a number must never change its bearer. Pure; the
// numbers are put to use by lambda_numbers.h.
#pragma once

#include <string>
#include <vector>

namespace livepatch {

struct Lambda {
  std::string scope;   // where the number counts: a function, another lambda, or the unit
  std::string context; // the same, or the variable that it initialises
  std::string shape;   // parameters and captures: what a closure in memory looks like, and how it is called
  std::string text;    // hash of its tokens
  std::string name;    // "_ZTSZ1fvEUlvE_", what its type is called
  std::string place;
  unsigned number = 0; // 1, 2, ...
  // Old lambdas of the context that this one may have been, and is not: closures of theirs keep the old code.
  std::vector<unsigned> replaces;
  bool ambiguous = false; // ... it is one of them, and nothing tells which
};

// Numbers the lambdas of one context: the old one's number where it is the same lambda, else one from `next` on.
void numberLambdas(const std::vector<const Lambda *> &old, std::vector<Lambda> &now, unsigned &next);

} // namespace livepatch
