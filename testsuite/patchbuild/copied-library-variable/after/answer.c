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
    snprintf(text, sizeof text, "new %s %d %d", question, seen == stdout, kept == environ);
    return text;
}
