#include <stdio.h>

int slots[8] = {1, 2, 3, 4, 5, 6, 7, 8};

int *slot(int index)
{
    return &slots[index & 7];
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, *slot(question[0]));
    return text;
}
