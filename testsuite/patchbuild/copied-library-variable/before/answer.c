#include <stdlib.h>
#include <stdio.h>

extern char **environ;

static FILE *seen;
static char **kept;

const char *answer(const char *question)
{
    static char text[128];
    if (!seen) {
        seen = stdout;
        kept = environ;
    }
    snprintf(text, sizeof text, "old %s", question);
    return text;
}
