#include <cstdio>

template <typename F>
__attribute__((noinline)) int call(F f, int n)
{
    return f(n);
}
__attribute__((noinline)) int all(int n)
{
    auto a = [](int x) { return x * 3; };
    auto b = [](int x) { return x + 7; };
    auto c = [n](int x) { return x - n; };
    return call(a, n) + call(b, n) + call(c, n);
}

extern "C" const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", question, all(question[0]));
    return text;
}
