#include <unistd.h>
#include <stdio.h>

static int started;

__attribute__((constructor)) static void start(void)
{
    started = getpid() > 0 ? 1 : 0;
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, started);
    return text;
}
