#include <stdio.h>

int original(int value);
int other(int value);

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%d %d", original(question[0]), other(question[0]));
    return text;
}
