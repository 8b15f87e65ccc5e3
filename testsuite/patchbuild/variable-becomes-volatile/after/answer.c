#include <stdio.h>

static volatile int level = 3;

const char *answer(const char *question)
{
    static char text[64];
    if (question[0] == 's')
        level++;
    snprintf(text, sizeof text, "%d", level + 10);
    return text;
}
