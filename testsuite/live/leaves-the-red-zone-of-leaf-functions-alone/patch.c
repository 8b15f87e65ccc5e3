#include "zone.h"

long newZone(long seed) {
  return zoneDamage(seed) * 16 + 2;
}
long newOther(long n) {
  return n + 2;
}
