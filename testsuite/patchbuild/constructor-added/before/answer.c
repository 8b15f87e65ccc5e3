#include <stdio.h>
#include <stdlib.h>

static int level = 3;


const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", question, level + 0);
    return text;
}
