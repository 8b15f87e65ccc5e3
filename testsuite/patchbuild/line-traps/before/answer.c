#include <stdio.h>

/* A comment
 * of several
 * lines. */
#define SUM(a, b) \
    ((a) +        \
     (b))

__attribute__((noinline)) int total(int value)
{
    return SUM(value,
               1);
}

int place(void)
{
    return __LINE__;
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, total(1));
    return text;
}
