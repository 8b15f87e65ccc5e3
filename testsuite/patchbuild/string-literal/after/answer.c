#include <stdio.h>

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "you have asked for %s", question);
    return text;
}

const char *other(void)
{
    return "not touched";
}
