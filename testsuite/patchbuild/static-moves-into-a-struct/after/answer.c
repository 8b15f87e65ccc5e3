#include <stdio.h>

static struct {
    int hits;
    int misses;
} statistics;

const char *answer(const char *question)
{
    static char text[64];
    ++statistics.hits;
    snprintf(text, sizeof text, "%s %d", question, statistics.hits);
    return text;
}
