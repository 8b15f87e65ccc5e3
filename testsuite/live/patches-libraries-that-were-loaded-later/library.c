// Thread-local variables that are reached through __tls_get_addr: the library is loaded while threads are there.
extern int sharedName(void);
__thread int perThread = WHICH;
static __thread volatile int hiddenPerThread[64] = {WHICH};
int value(int add) {
  perThread += add;
  hiddenPerThread[0] += 2 * add;
  return perThread * 10000 + hiddenPerThread[0] * 100 + sharedName();
}
