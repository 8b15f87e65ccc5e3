#include <stdio.h>

#define STEP 2
int step = STEP;
static int turns[3] = {STEP, STEP * 2, 7};

__attribute__((noinline)) int scaled(int n)
{
    return n * STEP;
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d %d %d", question, step, turns[1], scaled(3));
    return text;
}
