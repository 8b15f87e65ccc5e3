#include <cstdio>
#include <functional>
#include <vector>

static std::vector<std::function<int(int)>> kept;

static void fill()
{
    kept.push_back([](int n) { return n * 20; });
    kept.push_back([](int n) { return n; });
    kept.push_back([](int n) { return n + 30; });
}

extern "C" const char *answer(const char *question)
{
    static char text[128];
    if (kept.empty())
        fill();
    snprintf(text, sizeof text, "%s %d %d", question, kept.front()(5), kept.back()(5));
    return text;
}
