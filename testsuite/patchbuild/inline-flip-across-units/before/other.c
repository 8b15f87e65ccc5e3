#include "mix.h"

int second(int n);
int second(int n)
{
    return mix(n + 1) + mix(n);
}
