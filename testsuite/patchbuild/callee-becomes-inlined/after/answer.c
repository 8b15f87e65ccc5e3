#include <stdio.h>

int work(int value)
{
    return value + 2;
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%d", work(question[0] & 63) + work(question[1] & 7));
    return text;
}
