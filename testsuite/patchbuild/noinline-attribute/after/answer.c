#include <stdio.h>

static __attribute__((noinline)) int half(int n)
{
    return n / 2 + 1;
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", question, half(question[0]));
    return text;
}
