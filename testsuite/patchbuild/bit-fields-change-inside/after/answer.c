#include <stdio.h>

struct flags {
    unsigned a : 3;
    unsigned b : 5;
    int c : 9;
};

static struct flags flags = {1, 2, -3};

const char *answer(const char *question)
{
    static char text[128];
    flags.b += 3;
    snprintf(text, sizeof text, "%u %u %d", flags.a, flags.b, flags.c + question[0] - 'a');
    return text;
}
