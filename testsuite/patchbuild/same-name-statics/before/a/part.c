#include "../part.h"

static int count = 100;

static __attribute__((noinline)) int step(int by)
{
    count += by;
    return count;
}

int left(int by)
{
    return step(by);
}
