#include <stdio.h>

const char *answer(const char *question)
{
    static char text[64];
    if (question[0] == 'a') {
        static int count = 100;
        snprintf(text, sizeof text, "a %d", ++count);
    } else {
        static int count = 200;
        snprintf(text, sizeof text, "b %d", ++count);
    }
    return text;
}
