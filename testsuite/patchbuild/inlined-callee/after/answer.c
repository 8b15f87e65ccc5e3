#include <stdio.h>

static int clamp(int value)
{
    return value > 100 ? 101 : value;
}

__attribute__((noinline)) int first(int value)
{
    return clamp(value) + 1;
}

__attribute__((noinline)) int second(int value)
{
    return clamp(value * 2) + 2;
}

__attribute__((noinline)) int third(int value)
{
    return clamp(value * 3) + 3;
}

__attribute__((noinline)) int other(int value)
{
    return value > 100 ? 100 : value;
}

const char *answer(const char *question)
{
    static char text[64];
    int value = question[0];
    snprintf(text, sizeof text, "%d %d %d %d", first(value), second(value), third(value), other(value));
    return text;
}
