#include <stdio.h>

char before = 1;
__attribute__((aligned(128))) int values[8];
char after = 2;

const char *answer(const char *question)
{
    static char text[64];
    values[0] += question[0];
    snprintf(text, sizeof text, "%d %d", values[0] + before + after, (int)((unsigned long)values % 128));
    return text;
}
