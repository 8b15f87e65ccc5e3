#include <stdio.h>

extern const int limits[2];
const int limits[2] = {1, 5};

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, limits[question[0] & 1]);
    return text;
}
