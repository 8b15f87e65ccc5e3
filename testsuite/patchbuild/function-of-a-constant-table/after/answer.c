#include <stdio.h>

static int plus(int value)
{
    return value + 100;
}

static int minus(int value)
{
    return value - 1;
}

static int (*const operations[])(int) = {plus, minus, plus};

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%d", operations[question[0] % 3](10));
    return text;
}
