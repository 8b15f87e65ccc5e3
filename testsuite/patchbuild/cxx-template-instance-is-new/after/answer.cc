#include <cstdio>

template <typename T>
__attribute__((noinline)) T most(T a, T b)
{
    return a < b ? b : a;
}

extern "C" const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %.1f", question, static_cast<double>(most(4.5, 5.5)));
    return text;
}
