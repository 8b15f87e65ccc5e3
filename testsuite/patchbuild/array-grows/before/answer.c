#include <stdio.h>

int slots[4] = {1, 2, 3, 4};

int *slot(int index)
{
    return &slots[index & 3];
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, *slot(question[0]));
    return text;
}
