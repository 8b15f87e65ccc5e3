#include <stdio.h>

static int plain(int value)
{
    return value + 1;
}

int (*through)(int) = plain;

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%d", through(question[0]));
    return text;
}
