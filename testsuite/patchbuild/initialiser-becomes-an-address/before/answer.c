#include <stdio.h>

union word {
    long number;
    int *place;
};
static int seven = 7;
static union word word = {.number = 1};

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, (word.place == &seven) + seven++ * 0);
    return text;
}
