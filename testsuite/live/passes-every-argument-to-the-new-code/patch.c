#include "arguments.h"

#include <stdarg.h>

int64_t newMany(MANY) {
  const int64_t whole = a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + 10 * j;
  const double parts = 10 * k + 20 * l + 30 * m + 40 * n + 50 * o + 60 * p + 70 * q + 80 * r + 90 * s + 100 * t;
  return whole * 1000 + (int64_t)(parts + 0.5);
}
struct Large newLarge(struct Large in, struct Pair pair) {
  for (int i = 0; i < 6; ++i)
    in.n[i] = in.n[i] * pair.n + (int64_t)(pair.d * 2);
  return in;
}
double newVariadic(int count, ...) {
  va_list list;
  double sum = 0;
  va_start(list, count);
  for (int i = 0; i < count; i += 2)
    sum += va_arg(list, int) * 100 + va_arg(list, double);
  va_end(list);
  return sum;
}
long double newWide(long double a, __int128 b) { return a + (long double)(int64_t)(b >> 68); }
