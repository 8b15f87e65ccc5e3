#include <cstdio>

__attribute__((noinline)) int measure(double value)
{
    return static_cast<int>(value * 10);
}

extern "C" const char *answer(const char *question)
{
    static char text[128];
    std::snprintf(text, sizeof text, "%d", measure(question[0]));
    return text;
}
