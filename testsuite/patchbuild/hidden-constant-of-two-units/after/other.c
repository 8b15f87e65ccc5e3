#include "rate.h"

int rateOf(int n);
__attribute__((noinline)) int rateOf(int n)
{
    return rates[n & 3];
}
