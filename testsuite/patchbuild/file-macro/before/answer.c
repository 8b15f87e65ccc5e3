#include "where.h"

#include <stdio.h>
#include <string.h>

const char *place(void)
{
    return __FILE__;
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s old", strcmp(question, "inner") ? "plain" : strrchr(inner(), '/') + 1);
    return text;
}
