#include <stdarg.h>
#include <stdio.h>

__attribute__((noinline)) double sum(const char *kinds, ...)
{
    double total = 0;
    va_list list;
    va_start(list, kinds);
    for (; *kinds; ++kinds)
        total += *kinds == 'd' ? va_arg(list, double) : va_arg(list, int);
    va_end(list);
    return total;
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%.2f %c", sum("ididddiiii", 1, 2.5, 3, 4.5, 5.5, 6.5, 7, 8, 9, 10), question[0]);
    return text;
}
