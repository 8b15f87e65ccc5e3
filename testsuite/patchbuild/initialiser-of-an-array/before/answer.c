#include <stdio.h>

int weights[4] = {1, 2, 3, 4};
char banner[16] = "old banner";

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d %d %s", question, weights[1], weights[3], banner);
    return text;
}
