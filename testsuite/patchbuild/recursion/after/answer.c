#include <stdio.h>

int odd(int value);

__attribute__((noinline)) int even(int value)
{
    return value == 0 ? 100 : odd(value - 1);
}

__attribute__((noinline)) int odd(int value)
{
    return value == 0 ? 0 : even(value - 1);
}

__attribute__((noinline)) int depth(int value)
{
    return value < 2 ? 0 : 2 + depth(value / 2) + depth(value / 3);
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%d %d", even(question[0]), depth(question[0]));
    return text;
}
