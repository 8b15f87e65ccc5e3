#include <stdio.h>

static __thread int depth = 4;

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", question, ++depth);
    return text;
}
