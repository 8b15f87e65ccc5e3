extern long left(void), right(void), number, *chosen;

int variant = VARIANT; // tells patches apart that do the same
long newTwo = 2;
long newLeft(void) {
  return 2;
}
long newRight(void) {
  return 2;
}
long newOuter(void) {
  long all = left();
  all |= number << 8;
  all |= right() << 16;
  all |= *chosen << 24;
  return all | 2L << 32;
}
