#include <stdio.h>

int base(int value);

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%d", base(question[0]));
    return text;
}
