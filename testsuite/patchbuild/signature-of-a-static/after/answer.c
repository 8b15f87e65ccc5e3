#include <stdio.h>

static __attribute__((noinline)) int mix(int value, double factor)
{
    return (int)(value * factor);
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%d", mix(question[0], 2.5));
    return text;
}
