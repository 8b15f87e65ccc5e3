#include <stdio.h>

static inline __attribute__((always_inline)) int fee(int n)
{
    return n * 3 + 1;
}

__attribute__((noinline)) int total(int n)
{
    return fee(n) + fee(n + 1);
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", question, total(question[0]));
    return text;
}
