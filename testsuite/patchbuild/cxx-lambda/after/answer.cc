#include <cstdio>
#include <functional>

__attribute__((noinline)) int run(const std::function<int(int)> &call, int value)
{
    return call(value);
}

int untouched(int value)
{
    auto add = [value](int more) { return value + more; };
    return run(add, 3);
}

extern "C" const char *answer(const char *question)
{
    static char text[128];
    int base = question[0];
    std::snprintf(text, sizeof text, "%d %d", run([base](int value) { return base * value + run([](int x) { return x; }, 4); }, 1), untouched(2));
    return text;
}
