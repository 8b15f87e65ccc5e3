// What is patched. All that outer() puts together changes at one moment, or the patch is a half one. Built without
// optimisation: a compiler that sees what these return would not look at it.
long number = 1;
static long one = 1;
long *chosen = &one;

long left(void) {
  return 1;
}
long right(void) {
  return 1;
}

// Everybody's generation in a byte of its own.
long outer(void) {
  long all = left();
  all |= number << 8;
  all |= right() << 16;
  all |= *chosen << 24;
  return all | 1L << 32;
}

// Changed by a patch of one function, without any stop.
long alone(long a, long b, long c, long d, long e, long f, long g, long h, double x, double y) {
  return 1 + 10 * (a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + (long)(x * 16) + (long)(y * 32));
}
