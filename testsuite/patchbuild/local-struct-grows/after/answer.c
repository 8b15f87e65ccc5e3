#include <stdio.h>

struct pair {
    int a;
    int b;
    int c;
};

const char *answer(const char *question)
{
    static char text[64];
    struct pair pair = {question[0], 2, 3};
    snprintf(text, sizeof text, "%d", pair.a + pair.b * pair.c);
    return text;
}
