long newFirst(long n) { return n + 2; }
long newSecond(long n) { return n + 2; }

// The old code calls the entries, so that both old functions and stubs are passed on the way.
extern long first(long), second(long);
long newPair(long n) { return first(n) * 16 + second(n); }
