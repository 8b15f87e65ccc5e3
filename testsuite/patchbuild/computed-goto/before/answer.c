#include <stdio.h>

int interpret(const char *code)
{
    static const void *const table[] = {&&stop, &&add, &&twice};
    int value = 1;
    goto *table[*code++ - '0'];
add:
    value += 3;
    goto *table[*code++ - '0'];
twice:
    value *= 2;
    goto *table[*code++ - '0'];
stop:
    return value;
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%d", interpret(question));
    return text;
}
