#include <stdio.h>

static __thread int calls;

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", question, ++calls);
    return text;
}
