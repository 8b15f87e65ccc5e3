#include <stdlib.h>
#include <stdio.h>

static int order(const void *a, const void *b)
{
    return *(const char *)a - *(const char *)b;
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s", question);
    qsort(text, 3, 1, order);
    return text;
}
