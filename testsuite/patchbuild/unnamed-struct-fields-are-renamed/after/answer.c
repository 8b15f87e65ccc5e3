#include <stdio.h>

static struct {
    int lookups;
    int writes;
} stats = {1, 2};

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, stats.lookups += 20);
    return text;
}
