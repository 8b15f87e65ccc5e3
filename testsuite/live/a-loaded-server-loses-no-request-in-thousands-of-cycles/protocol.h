// One request and its reply. All three answers come from one version of the server: old adds 1, new adds 2.
#include <stdint.h>

struct Request {
  uint64_t id, n;
};
struct Reply {
  uint64_t id, price, tax, rate; // n + 1 or n + 2, the same, 1 or 2
};
