#include "parts.h"

static int sum, refreshed;

__attribute__((noinline)) void fillTable(int from)
{
    sum = from + 1;
}
__attribute__((noinline)) void refresh(void)
{
    refreshed += 1;
}
__attribute__((noinline)) void finish(void)
{
    sum = 0;
}
__attribute__((noinline)) int total(void)
{
    return sum * 100 + refreshed;
}
