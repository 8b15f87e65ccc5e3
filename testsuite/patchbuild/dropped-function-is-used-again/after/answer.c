#include <stdio.h>

int used(int value);
int unused(int value);

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%d", unused(question[0]));
    return text;
}
