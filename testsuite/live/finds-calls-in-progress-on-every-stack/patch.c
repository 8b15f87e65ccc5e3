extern int even(int), odd(int);
int newValue(void) { return 2; }
int newEven(int n) { return n == 0 ? 10 : odd(n - 1) + 1; }
int newOdd(int n) { return even(n - 1) + 1; }
int newHandle(void) { return 2; }
