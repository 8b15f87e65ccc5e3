#include "../part.h"

static int count = 200;

static __attribute__((noinline)) int step(int by)
{
    count += by;
    return count;
}

int right(int by)
{
    return step(by);
}
