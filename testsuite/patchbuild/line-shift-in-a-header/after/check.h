#include <assert.h>

/* One.
   Two. */

static inline int checked(int value)
{
    assert(value < 1000);
    return value + 1;
}
