#include <stdio.h>

static int plus(int a, int b)
{
    return a + b;
}
static int minus(int a, int b)
{
    return a - b;
}
static const struct operations {
    int (*first)(int, int);
    int (*second)(int, int);
} operations = {plus, minus};

static __attribute__((noinline)) int run(const struct operations *with, int a, int b)
{
    return with->first(a, b) * 100 + with->second(a, b);
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", question, run(&operations, question[0], 4));
    return text;
}
