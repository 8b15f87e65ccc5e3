#include <stdio.h>

int pick(void);

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, pick());
    return text;
}
