#include <stdio.h>

__attribute__((noinline)) double weigh(const double *values, int count)
{
    static const double weights[8] = {1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5};
    double sum = 0.25;
    for (int i = 0; i < count; ++i)
        sum += values[i] * weights[i] + 3.125;
    return sum;
}

const char *answer(const char *question)
{
    static char text[128];
    double values[8];
    for (int i = 0; i < 8; ++i)
        values[i] = question[0] + i;
    snprintf(text, sizeof text, "%.4f", weigh(values, 8));
    return text;
}
