#include <stdio.h>

static int seven = 7;
static void *place = &seven;

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, (place == &seven) + seven++ * 0);
    return text;
}
