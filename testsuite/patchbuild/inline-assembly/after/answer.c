#include <stdio.h>

int number = 40;

__attribute__((noinline)) int load(int more)
{
    int value;
    __asm__("movl %1, %0\n\taddl %2, %0" : "=&r"(value) : "m"(number), "r"(more));
    return value * 2;
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%d", load(question[0]));
    return text;
}
