#include <stdio.h>

static const int *kept;

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", question, kept ? *kept : 0);
    return text;
}
