#include <stdio.h>

static const int *kept;
static int cell = 30;

const char *answer(const char *question)
{
    static char text[128];
    ++cell;
    kept = &cell;
    snprintf(text, sizeof text, "%s %d", question, kept ? *kept : 0);
    return text;
}
