#include "part.h"

static int count = 300;

static __attribute__((noinline)) int step(int by)
{
    count += by;
    return count;
}

int middle(int by)
{
    return step(by);
}
