#include <stdio.h>

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)
#define REPEAT(count) for (int JOIN(at, __LINE__) = 0; JOIN(at, __LINE__) < (count); ++JOIN(at, __LINE__))

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "old %s", question);
    return text;
}

int untouched(int value)
{
    REPEAT(value)
    value += value & 1;
    return value;
}
