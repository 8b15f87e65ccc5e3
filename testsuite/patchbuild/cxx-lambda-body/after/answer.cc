#include <cstdio>
#include <functional>

static std::function<int(int)> kept;

extern "C" const char *answer(const char *question)
{
    static char text[128];
    int add = question[0];
    auto grow = [add](int n) { return n * 3 + add; };
    auto other = [](int n) { return n - 1; };
    kept = other;
    snprintf(text, sizeof text, "%d %d", grow(5), kept(3));
    return text;
}
