#include <stdio.h>

static int half(int value)
{
    return value / 2;
}

static int twice(int value)
{
    return value * 2;
}

int (*operation)(int) = half;

__attribute__((noinline)) int dispatch(int value)
{
    return operation(value);
}

const char *answer(const char *question)
{
    static char text[128];
    operation = question[0] & 1 ? twice : half;
    snprintf(text, sizeof text, "%d", dispatch(question[0]));
    return text;
}
