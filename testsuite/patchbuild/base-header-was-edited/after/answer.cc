#include "shape.h"

#include <cstdio>
#include <cstdlib>

__attribute__((noinline)) static int measure(const Shape &shape) {
  return twice(shape.area()) + 2;
}

extern "C" const char *answer(const char *question) {
  static char text[32];
  const Shape shape{std::atoi(question), 3};
  std::snprintf(text, sizeof text, "%d", measure(shape));
  return text;
}
