#include <stdexcept>
#include <string>

extern int unwound;
extern "C" int risky(int);

namespace {
struct Guard {
  ~Guard() { unwound += 10; }
};
} // namespace

// Thrown in the patch, through a frame of the patch with a destructor, into the target's handler.
extern "C" int newMiddle(int n) {
  Guard guard;
  if (n == 3)
    throw std::runtime_error("thrown by the patch");
  return risky(n + 2000) + 1; // thrown by the target's own function through this one
}

// Thrown and caught inside of the patch.
extern "C" int newSafe(int n) {
  try {
    throw std::string("inside");
  } catch (const std::string &s) {
    return static_cast<int>(s.size()) * 10 + n;
  }
}
