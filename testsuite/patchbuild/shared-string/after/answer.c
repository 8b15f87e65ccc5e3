#include <stdio.h>

__attribute__((noinline)) const char *first(void)
{
    return "another text";
}

__attribute__((noinline)) const char *second(void)
{
    return "the same text";
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s, %s, %s", question, first(), second());
    return text;
}
