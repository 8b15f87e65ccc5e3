#include <stdio.h>

char before = 1;
int values[8];
char after = 2;

const char *answer(const char *question)
{
    static char text[64];
    values[0] += question[0];
    snprintf(text, sizeof text, "%d %d", values[0] + before + after, 0);
    return text;
}
