#include <stdio.h>

union value {
    long whole;
    int part;
};
static union value kept;

const char *answer(const char *question)
{
    static char text[64];
    if (question[0] == 's')
        kept.part = 3;
    snprintf(text, sizeof text, "%d", (int)kept.part);
    return text;
}
