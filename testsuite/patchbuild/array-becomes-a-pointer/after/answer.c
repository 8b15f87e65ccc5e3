#include <stdio.h>

char *buffer = "abcdefg";

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %s", question, buffer);
    return text;
}
