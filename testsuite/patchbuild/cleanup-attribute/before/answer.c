#include <stdio.h>

static int cleaned;
static void clean(int *value)
{
    cleaned += *value;
}

const char *answer(const char *question)
{
    static char text[64];
    cleaned = 0;
    {
        int local = question[0];
        (void)local;
    }
    int other __attribute__((cleanup(clean))) = 0;
    snprintf(text, sizeof text, "%d", cleaned + other);
    return text;
}
