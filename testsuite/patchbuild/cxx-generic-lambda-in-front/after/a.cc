#include <functional>
#include <string>
#include <cstring>
static std::string text;
static std::function<int(int)> kept;
extern "C" const char *answer(const char *q)
{
    if (!std::strcmp(q, "go")) { text = std::to_string(kept(6)); return text.c_str(); }
    auto first = [](auto x) { static int calls; ++calls; return x * 7; };
    auto twice = [](auto x) { return x + x; };
    int y = 1;
    auto keep = [y](auto x) { return x + x + y; };
    kept = keep;
    text = std::to_string(first(twice(3)));
    return text.c_str();
}
