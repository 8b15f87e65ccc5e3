#include "options.h"

#include <stdio.h>
#include <stdlib.h>

const char *answer(const char *question)
{
    static char text[40];
    snprintf(text, sizeof text, "at most %d", limitOf(atoi(question)));
    return text;
}
