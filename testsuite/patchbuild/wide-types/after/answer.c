#include <wchar.h>
#include <stdio.h>

__attribute__((noinline)) long double power(long double base, int times)
{
    __int128 big = times;
    for (int i = 0; i < times; ++i) {
        base *= 1.25L;
        big *= 1000003;
    }
    return base + (long double)(int)(big / 7 % 97) + (long double)wcslen(L"eleven here");
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%.3Lf", power(question[0], 5));
    return text;
}
