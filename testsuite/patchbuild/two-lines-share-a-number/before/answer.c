#include <stdio.h>

static int sum;
static void note(int line)
{
    sum += line;
}

__attribute__((noinline)) int changed(int n)
{
    return n + 1;
}

__attribute__((noinline)) int untouched(int n)
{
    note(__LINE__ * 0);
    return n + __LINE__ * 0;
}

const char *answer(const char *question)
{
    static char text[64];
    int n = changed(question[0]) + untouched(1);
    snprintf(text, sizeof text, "%d %d", n, sum != 0);
    return text;
}
