#include <stdio.h>

static int verbose = 0;

__attribute__((noinline)) int reader(int value)
{
    return verbose ? value + 1000 : value;
}

__attribute__((noinline)) int other(int value)
{
    return value * 2;
}

const char *answer(const char *question)
{
    static char text[128];
    int first = reader(question[0]);
    snprintf(text, sizeof text, "%d %d", first, other(question[0]));
    return text;
}
