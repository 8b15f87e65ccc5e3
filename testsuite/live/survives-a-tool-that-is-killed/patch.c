long newFirst(long n) { return (n * 3 + 1) * 10; }
long newSecond(long n) { return (n * 5 + 1) * 10; }
