#include <stdio.h>

int extra(int value)
{
    return value + 1;
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, extra(1));
    return text;
}
