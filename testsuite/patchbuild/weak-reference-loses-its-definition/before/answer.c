#include <stdio.h>

__attribute__((weak)) int hook(void);

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, hook ? hook() : -1);
    return text;
}
