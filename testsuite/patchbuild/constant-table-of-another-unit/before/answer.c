#include <stdio.h>

extern const int table[4];

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%d", table[question[0] & 3]);
    return text;
}
