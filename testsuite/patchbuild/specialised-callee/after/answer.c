#include <stdio.h>

static __attribute__((noinline)) int scaled(int value, int factor, int unused)
{
    (void)unused;
    return value * factor + (value >> 1);
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%d %d", scaled(question[0], 3, 1), scaled(question[1], 4, 2));
    return text;
}
