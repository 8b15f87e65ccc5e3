#include <stdio.h>

const char *answer(const char *question)
{
    static char text[64];
    int value;
    if (question[0] == 'a') {
        static int seen;
        value = ++seen;
    } else if (question[0] == 'b') {
        static int seen;
        value = ++seen;
    } else {
        value = 0;
    }
    snprintf(text, sizeof text, "%s %d", question, value);
    return text;
}
