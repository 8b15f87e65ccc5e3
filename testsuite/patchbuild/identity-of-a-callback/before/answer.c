#include <stdio.h>
#include <stdlib.h>

static int order(const void *a, const void *b)
{
    return *(const char *)a - *(const char *)b;
}

static int (*saved)(const void *, const void *);

const char *answer(const char *question)
{
    static char text[128];
    if (!saved)
        saved = order;
    snprintf(text, sizeof text, "%s", question);
    char *end = text;
    while (*end)
        ++end;
    qsort(text, (size_t)(end - text), 1, order);
    snprintf(end, 32, " %s", saved == order ? "same" : "other");
    return text;
}
