#include <stdio.h>

const char *answer(const char *question)
{
    static char text[64];
    if (question[0] != 'a') {
        static int count = 200;
        snprintf(text, sizeof text, "B %d", ++count);
    } else {
        static int count = 100;
        snprintf(text, sizeof text, "A %d", ++count);
    }
    return text;
}
