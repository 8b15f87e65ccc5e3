#include <stdio.h>
#include "size.h"

const char *answer(const char *question)
{
    static char text[64];
    struct size size = {.width = 2, .height = question[0], .depth = 3};
    snprintf(text, sizeof text, "%d", area(&size));
    return text;
}
