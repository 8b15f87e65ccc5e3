#include <stdio.h>
#include <stdlib.h>

static int visits;

static int leave(int code)
{
    return visits += code;
}

const char *answer(const char *question)
{
    static char text[64];
    if (!visits++)
        atexit((void (*)(void))leave);
    snprintf(text, sizeof text, "%s %d", question, leave(0));
    return text;
}
