#include <stdio.h>

static int two(void)
{
    return 2;
}
static int (*choose(void))(void)
{
    return two;
}
int other(void) __attribute__((ifunc("choose")));

int value(void)
{
    return other();
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, value());
    return text;
}
