extern long left(void), right(void), number, *chosen;

int variant = VARIANT; // tells patches apart that do the same
long newTwo = TO;
long newLeft(void) {
  return TO;
}
long newRight(void) {
  return TO;
}
long newOuter(void) {
  long all = left();
  all |= number << 8;
  all |= right() << 16;
  all |= *chosen << 24;
  return all | (long)TO << 32;
}
