#include <stdio.h>

__attribute__((noinline)) int rate(int n)
{
    return n * 2;
}
static int calls = 1;

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", question, rate(question[0]) + ++calls - calls);
    return text;
}
