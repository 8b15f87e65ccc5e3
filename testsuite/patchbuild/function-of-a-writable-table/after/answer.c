#include <stdio.h>

static int plus(int value)
{
    return value + 100;
}

static int minus(int value)
{
    return value - 1;
}

static struct {
    const char *name;
    int (*run)(int);
} operations[] = {{"plus", plus}, {"minus", minus}};

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", operations[question[0] & 1].name, operations[question[0] & 1].run(10));
    return text;
}
