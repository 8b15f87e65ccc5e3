#include <stdio.h>

int both(int value);

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%d", both(question[0]));
    return text;
}
