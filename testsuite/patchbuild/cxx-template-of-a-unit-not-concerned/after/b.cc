#include "lib.h"
int hook(int x)
{
    return x + 2;
}
int other(int x)
{
    return twice<int>(x);
}
