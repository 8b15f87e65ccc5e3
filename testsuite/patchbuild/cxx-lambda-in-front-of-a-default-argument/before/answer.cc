#include <cstdio>
#include <functional>

static std::function<int()> kept;

static __attribute__((noinline)) int run(int add, std::function<int()> first = [] { return 1; })
{
    if (!kept)
        kept = first;
    return kept() + add;
}

extern "C" const char *answer(const char *question)
{
    static char text[64];
    std::snprintf(text, sizeof text, "%s %d", question, run(0));
    return text;
}
