#include <stdio.h>

const char *first(void);
const char *second(void);

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s, %s, %s", question, first(), second());
    return text;
}
