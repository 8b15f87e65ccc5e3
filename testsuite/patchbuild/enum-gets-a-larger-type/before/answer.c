#include <stdio.h>

enum size { SMALL = 1, LARGE = 2 };
static enum size kept[2] = {SMALL, LARGE};

const char *answer(const char *question)
{
    static char text[64];
    kept[question[0] & 1] = SMALL;
    snprintf(text, sizeof text, "%ld", (long)kept[0] + (long)kept[1]);
    return text;
}
