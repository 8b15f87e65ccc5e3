#include <stdio.h>

static const int table[4] = {10, 21, 31, 40};
static const double factor = 2.5;

__attribute__((noinline)) int pick(int index)
{
    return table[index & 3];
}

__attribute__((noinline)) double scale(int value)
{
    return value * factor;
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%d %.2f", pick(question[0] - '0'), scale(question[0] - '0'));
    return text;
}
