#include <stdio.h>

static int total = 10;

const char *answer(const char *question)
{
    static char text[64];
    total += 5;
    snprintf(text, sizeof text, "%s %d", question, total);
    return text;
}
