#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *answer(const char *question)
{
    static char text[128];
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    char *copy = strdup(question);
    memmove(copy, copy, strlen(copy));
    snprintf(text, sizeof text, "%s %ld %d", copy, labs(-5), now.tv_sec > 0);
    free(copy);
    return text;
}
