#include <stdio.h>
#include "kinds.h"

static struct used used = {4};

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", question, used.n + 1);
    return text;
}
