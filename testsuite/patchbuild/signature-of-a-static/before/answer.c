#include <stdio.h>

static __attribute__((noinline)) int mix(int value)
{
    return value * 3;
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%d", mix(question[0]));
    return text;
}
