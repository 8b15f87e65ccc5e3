#include <stdio.h>

static long long total;

const char *answer(const char *question)
{
    static char text[64];
    total += question[0];
    snprintf(text, sizeof text, "%s %lld", question, total);
    return text;
}
