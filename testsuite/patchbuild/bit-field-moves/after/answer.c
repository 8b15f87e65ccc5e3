#include <stdio.h>

struct flags {
    unsigned kind : 3;
    unsigned ready : 1;
};
static struct flags flags;

const char *answer(const char *question)
{
    static char text[64];
    flags.kind = question[0] & 7;
    flags.ready = 1;
    snprintf(text, sizeof text, "%u %u", flags.ready, flags.kind);
    return text;
}
