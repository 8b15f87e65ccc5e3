#include <stdio.h>

static int limit = 1;

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, limit);
    return text;
}
