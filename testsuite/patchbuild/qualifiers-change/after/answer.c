#include <stdio.h>

__attribute__((noinline)) int sum(const int *restrict values, const int n)
{
    int total = 1;
    for (int i = 0; i < n; i++)
        total += values[i];
    return total;
}

const char *answer(const char *question)
{
    static char text[64];
    int values[3] = {question[0], 2, 3};
    snprintf(text, sizeof text, "%d", sum(values, 3));
    return text;
}
