#include <stddef.h>

size_t newRoomFor(size_t size) {
  return size + 32;
}
long newMark(long n) {
  return n + 2;
}
long newValue(long n) {
  return n + 2;
}
long newOther(long n) {
  return n + 2;
}
