int variant = VARIANT;

long newAlone(long a, long b, long c, long d, long e, long f, long g, long h, double x, double y) {
  return 2 + 10 * (a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + (long)(x * 16) + (long)(y * 32));
}
