#include "part.h"

#include <stdio.h>

const char *answer(const char *question)
{
    static char text[64];
    int by = question[0] - '0';
    snprintf(text, sizeof text, "%d %d %d", left(by), middle(by), right(by));
    return text;
}
