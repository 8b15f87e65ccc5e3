#include <stdio.h>
#include "slots.h"

const char *answer(const char *question)
{
    static char text[64];
    int sum = 0;
    slots[question[0] % SLOTS]++;
    for (int i = 0; i < SLOTS; i++)
        sum += slots[i];
    snprintf(text, sizeof text, "%d", sum);
    return text;
}
