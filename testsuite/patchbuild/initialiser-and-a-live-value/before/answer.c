#include <stdio.h>

int limit = 10;
static double ratio = 0.5;

void setLimit(int value)
{
    limit = value;
}

void setRatio(double value)
{
    ratio = value;
}

const char *answer(const char *question)
{
    static char text[64];
    if (question[0] == 's') {
        setLimit(99);
        setRatio(9.5);
    }
    snprintf(text, sizeof text, "%d %.2f", limit, ratio);
    return text;
}
