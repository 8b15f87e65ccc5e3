#include <stdio.h>
#include "types.h"

static struct counters counters = {-1};

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, counters.hits / 2 > 100);
    return text;
}
