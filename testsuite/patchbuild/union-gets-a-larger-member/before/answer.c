#include <stdio.h>

union value {
    int whole;
    float part;
};
static union value kept[2];

const char *answer(const char *question)
{
    static char text[64];
    kept[0].whole++;
    kept[1].whole += question[0];
    snprintf(text, sizeof text, "%d %d", kept[0].whole, kept[1].whole);
    return text;
}
