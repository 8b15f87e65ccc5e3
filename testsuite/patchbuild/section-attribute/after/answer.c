#include <stdio.h>

__attribute__((section(".hot.text"))) __attribute__((noinline)) int rate(int n)
{
    return n * 3;
}
static int calls __attribute__((section(".hot.data"))) = 1;

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", question, rate(question[0]) + ++calls - calls);
    return text;
}
