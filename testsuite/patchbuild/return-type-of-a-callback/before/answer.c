#include <stdio.h>
#include <stdlib.h>

static int visits;

static void leave(void)
{
    ++visits;
}

const char *answer(const char *question)
{
    static char text[64];
    if (!visits++)
        atexit(leave);
    snprintf(text, sizeof text, "%s", question);
    return text;
}
