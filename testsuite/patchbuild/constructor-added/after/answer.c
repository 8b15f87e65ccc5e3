#include <stdio.h>
#include <stdlib.h>

static int level = 3;

static __attribute__((constructor)) void raise(void)
{
    level = getenv("HOME") ? 30 : 31;
}


const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", question, level + 1);
    return text;
}
