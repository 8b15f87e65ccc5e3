#include <stdio.h>
#include <stdlib.h>

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %ld", question, labs(-3));
    return text;
}
