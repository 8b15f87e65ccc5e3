#include <stdio.h>
#include <stdlib.h>

static struct {
    int writes;
    int reads;
} *stats;

static int count(void)
{
    if (!stats)
        stats = calloc(1, sizeof *stats);
    return stats->reads += 10;
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, count());
    return text;
}
