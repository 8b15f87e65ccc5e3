#include <stdio.h>

struct command {
    const char *name;
    int arity;
};

struct command commands[] = {{"get", 2}, {"set", 3}};

int count(void)
{
    return sizeof commands / sizeof commands[0];
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, count());
    return text;
}
