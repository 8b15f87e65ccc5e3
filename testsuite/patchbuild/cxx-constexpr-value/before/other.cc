#include "rate.h"

int cost(int n);
__attribute__((noinline)) int cost(int n)
{
    return scaled(n);
}
