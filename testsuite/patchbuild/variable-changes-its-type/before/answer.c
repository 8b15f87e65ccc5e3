#include <stdio.h>

static int total;

const char *answer(const char *question)
{
    static char text[64];
    total += question[0];
    snprintf(text, sizeof text, "%s %d", question, total);
    return text;
}
