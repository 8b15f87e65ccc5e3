#include <stdarg.h>
#include <stdio.h>

static __attribute__((noinline)) int sum(int first)
{
    return first;
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", question, sum(question[0]));
    return text;
}
