#include <stdio.h>

static unsigned level = 7;

const char *answer(const char *question)
{
    static char text[64];
    level += 1;
    snprintf(text, sizeof text, "%s %u", question, level);
    return text;
}
