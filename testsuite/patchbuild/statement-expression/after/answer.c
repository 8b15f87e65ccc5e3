#include <stdio.h>
#include "max.h"

__attribute__((noinline)) int larger(int a, int b)
{
    return MAX(a, b);
}
__attribute__((noinline)) int smaller(int a, int b)
{
    return a < b ? a : b;
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d %d", question, larger(question[0], 50), smaller(question[0], 50));
    return text;
}
