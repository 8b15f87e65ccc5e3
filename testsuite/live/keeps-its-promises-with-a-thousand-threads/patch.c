extern long first(long), second(long), number;
extern int deep(int);

long newFirst(long n) {
  return n + 2;
}
long newSecond(long n) {
  return n + 2;
}
long newThird(long n) {
  return n + 2;
}
long newFourth(long n) {
  return n + 2;
}
long newTogether(void) {
  return first(0) * 100 + second(0) * 10 + number;
}
int newHandle(int n) {
  return deep(n) + 2;
}
