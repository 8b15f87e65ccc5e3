#include <stdio.h>

static __attribute__((noinline)) int fill(int n)
{
    int values[n], sum = 0;
    for (int i = 0; i < n; i++)
        values[i] = i * 3;
    for (int i = 0; i < n; i++)
        sum += values[(i * 7) % n];
    return sum;
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", question, fill(question[0] % 16 + 1));
    return text;
}
