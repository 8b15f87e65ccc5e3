#include <stdio.h>

struct flags {
    unsigned a : 3;
    unsigned b : 5;
};

static struct flags flags = {1, 2};

const char *answer(const char *question)
{
    static char text[128];
    flags.b += question[0];
    snprintf(text, sizeof text, "%u %u", flags.a, flags.b);
    return text;
}
