#include <stdio.h>

static int spare(int value)
{
    return value * 7;
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%d", question[0] + (0 ? spare(1) : 0));
    return text;
}
