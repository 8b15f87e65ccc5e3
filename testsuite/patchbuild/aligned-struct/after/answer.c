#include <stdio.h>

struct __attribute__((aligned(64))) slot {
    int value;
};
static struct slot slots[2];

const char *answer(const char *question)
{
    static char text[64];
    slots[1].value += question[0];
    snprintf(text, sizeof text, "%d", slots[1].value);
    return text;
}
