#include <stdio.h>

static int state = 3;

static __attribute__((noinline)) int step(void)
{
    return state += 2;
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%d", step());
    return text;
}
