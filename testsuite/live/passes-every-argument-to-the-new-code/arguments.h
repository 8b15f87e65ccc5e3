// Arguments of every way: in registers, on the stack, in both, in memory that the caller owns.
#pragma once
#include <stdint.h>

#define MANY                                                                                                             \
  int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int64_t g, int64_t h, int64_t i, int64_t j, double k, \
      double l, double m, double n, double o, double p, double q, double r, double s, double t
struct Large {
  int64_t n[6]; // returned through memory
};
struct Pair { // in one integer and one vector register
  int64_t n;
  double d;
};
