#include <cstdio>

__attribute__((noinline)) int rate(int n)
{
    return n * 2;
}

extern "C" const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", question, rate(4));
    return text;
}
