#include <stdio.h>

int work(int value)
{
    int sum = 0;
    for (int i = 0; i < value; ++i)
        sum += i % 3 + (i > 100 ? 7 : i * i);
    for (int i = 0; i < value; ++i)
        sum -= i % 5 + sum / 100;
    return sum;
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%d", work(question[0] & 63) + work(question[1] & 7));
    return text;
}
