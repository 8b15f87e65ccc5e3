#include "entries.h"

#define REPLACED(name)                                                                                                 \
  long new_##name(long n) {                                                                                            \
    return n + 2;                                                                                                      \
  }
ACCEPTED(REPLACED)
REFUSED(REPLACED)
