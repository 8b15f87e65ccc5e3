extern int sharedName(void);
extern __thread int perThread;
extern __thread volatile int hiddenPerThread[64]; // static in the library
int newValue(int add) {
  perThread += 10 * add;
  hiddenPerThread[0] += 20 * add;
  return perThread * 10000 + hiddenPerThread[0] * 100 + sharedName() + 50;
}
