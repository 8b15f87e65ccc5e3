#include <stdio.h>

static struct {
    int reads;
    int writes;
} stats = {1, 2};

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, stats.reads += 10);
    return text;
}
