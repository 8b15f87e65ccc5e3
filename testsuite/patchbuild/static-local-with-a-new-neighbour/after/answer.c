#include <stdio.h>

const char *answer(const char *question)
{
    static char text[64];
    int before;
    {
        static int count;
        before = count += 1000;
    }
    {
        static int count;
        snprintf(text, sizeof text, "%s %d %d", question, before, ++count);
    }
    return text;
}
