#include <stdio.h>

int work(int value)
{
    for (int i = 0; i < value; ++i)
        value += printf("%s", "") + i % 3 + (value > 1000 ? 7 : 1);
    for (int i = 0; i < value; ++i)
        value -= i % 5;
    return value;
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%d", work(question[0] & 3) + work(question[1] & 7));
    return text;
}
