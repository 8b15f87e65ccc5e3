#include <wchar.h>
#include <stdio.h>

__attribute__((noinline)) long double power(long double base, int times)
{
    __int128 big = times;
    for (int i = 0; i < times; ++i) {
        base *= 1.5L;
        big *= 1000003;
    }
    return base + (long double)(int)(big % 97) + (long double)wcslen(L"four");
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%.3Lf", power(question[0], 5));
    return text;
}
