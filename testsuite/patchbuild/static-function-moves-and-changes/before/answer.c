#include <stdio.h>

static __attribute__((noinline, optnone)) int rate(void)
{
    return 1;
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, rate());
    return text;
}
