#include <stdio.h>

int scale(int value);
int (*scaler)(int) = scale;

int scale(int value)
{
    return value * 2;
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, scaler(question[0]));
    return text;
}
