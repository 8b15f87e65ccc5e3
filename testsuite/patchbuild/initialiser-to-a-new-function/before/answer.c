#include <stdio.h>

int (*hook)(int);

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, hook ? hook(4) : -1);
    return text;
}
