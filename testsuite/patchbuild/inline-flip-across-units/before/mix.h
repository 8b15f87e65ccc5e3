#include <stdio.h>
static inline int mix(int n)
{
    int sum = n * 3;
    return sum;
}
