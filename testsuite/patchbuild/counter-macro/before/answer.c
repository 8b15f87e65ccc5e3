#include <stdio.h>

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)
#define EACH(index, count) EACH_AS(JOIN(end, __COUNTER__), index, count)
#define EACH_AS(end, index, count) for (int index = 0, end = (count); index < end; ++index)

const char *answer(const char *question)
{
    static char text[64];
    int sum = 0;
    snprintf(text, sizeof text, "%s %d", question, sum);
    return text;
}

int untouched(const int *values, int count)
{
    int sum = 0;
    EACH (i, count)
        sum += values[i];
    return sum;
}
