__attribute__((noinline)) long newHelper(long n) {
  volatile long sum = 0;
  for (long i = 0; i < n; ++i)
    sum += i;
  return sum;
}
long newBusy(void) { return newHelper(100000) | 1; }
