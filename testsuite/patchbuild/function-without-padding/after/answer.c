#include <stdio.h>

int value(void);
__attribute__((naked)) int value(void)
{
    __asm__("movl $2, %eax\n\tret");
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, value());
    return text;
}
