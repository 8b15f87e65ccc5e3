#include <stdio.h>
#include <stddef.h>
static __attribute__((noinline, optnone)) size_t strnlen(const char *text, size_t limit)
{
    (void)text;
    return limit;
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, (int)strnlen(question, 9));
    return text;
}
