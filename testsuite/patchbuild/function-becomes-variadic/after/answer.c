#include <stdarg.h>
#include <stdio.h>

static __attribute__((noinline)) int sum(int first, ...)
{
    va_list list;
    va_start(list, first);
    int second = va_arg(list, int);
    va_end(list);
    return first + second;
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", question, sum(question[0], 4));
    return text;
}
