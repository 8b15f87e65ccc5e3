#include <stdio.h>
#include <string.h>

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, (int)strnlen(question, 9));
    return text;
}
