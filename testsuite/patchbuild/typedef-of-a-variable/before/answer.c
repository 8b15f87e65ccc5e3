#include <stdio.h>

typedef int level_t;
static level_t level = -4;

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, level / 2 > 100);
    if (question[0] == 's')
        level--;
    return text;
}
