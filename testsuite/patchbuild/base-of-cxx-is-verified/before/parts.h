#pragma once
#include <string>
#include <vector>

struct Part {
  virtual ~Part() = default;
  virtual int cost() const = 0;
};

template <int Price> struct Fixed : Part {
  int cost() const override { return Price + extra(); }
  static int extra() {
    static int calls;
    return ++calls;
  }
};

inline int sum(const std::vector<Part *> &parts) {
  int total = 0;
  for (const Part *part : parts)
    total += part->cost();
  return total;
}
