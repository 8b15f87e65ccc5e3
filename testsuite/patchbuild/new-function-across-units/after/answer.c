#include <stdio.h>

int better(int value);

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%d", better(question[0]));
    return text;
}
