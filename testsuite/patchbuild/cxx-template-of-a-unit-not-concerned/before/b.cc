#include "lib.h"
int hook(int x)
{
    return x + 1;
}
int other(int x)
{
    return twice<int>(x);
}
