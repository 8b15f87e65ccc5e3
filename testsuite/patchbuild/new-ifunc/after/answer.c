#include <stdio.h>

static int two(void)
{
    return 2;
}
static int three(void)
{
    return 3;
}
static volatile int kind; /* or the compiler chooses at once */
static int (*choose(void))(void)
{
    return kind ? three : two;
}
int other(void) __attribute__((ifunc("choose")));

int value(void)
{
    return other();
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, value());
    return text;
}
