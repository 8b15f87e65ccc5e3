#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>

struct Guard {
  int &count;
  ~Guard() { ++count; }
};

int unwound = 0;

extern "C" __attribute__((noinline)) int risky(int n) {
  Guard guard{unwound};
  if (n > 1000)
    throw std::runtime_error("old");
  return n;
}

extern "C" __attribute__((noinline)) int middle(int n) {
  Guard guard{unwound};
  return risky(n) + 1;
}

extern "C" __attribute__((noinline)) int safe(int n) { return n; }

int main() {
  char line[64];
  while (std::fgets(line, sizeof line, stdin)) {
    std::string said;
    try {
      said = std::to_string(middle(static_cast<int>(std::strlen(line))));
    } catch (const std::exception &e) {
      said = e.what();
    }
    std::printf("%s %d %d\n", said.c_str(), safe(3), unwound);
    std::fflush(stdout);
  }
}
