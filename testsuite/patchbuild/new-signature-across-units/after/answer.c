#include <stdio.h>

int area(int width, int height);
int cost(int width);

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%d %d", area(question[0], 5), cost(question[0]));
    return text;
}
