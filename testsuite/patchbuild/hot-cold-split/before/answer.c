#include <stdio.h>

__attribute__((cold, noinline)) int fault(int value)
{
    return value * 1000;
}

__attribute__((noinline)) int check(int value)
{
    if (__builtin_expect(value == 'x', 0))
        return fault(value) + fault(value + 1);
    return value;
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%d", check(question[0]));
    return text;
}
