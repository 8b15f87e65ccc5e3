#include <stdio.h>

static int square(int value)
{
    return value * value;
}

int (*hook)(int) = square;

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, hook ? hook(4) : -1);
    return text;
}
