#include <cstdio>
#include "rate.h"
int cost(int n);
static_assert(scaled(2) == 2 * rate);
__attribute__((noinline)) static int untouched(int n)
{
    return n + 1;
}

extern "C" const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d %d %d", question, cost(5), scaled(2), untouched(1));
    return text;
}
