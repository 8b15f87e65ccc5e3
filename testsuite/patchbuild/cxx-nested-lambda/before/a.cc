#include <functional>
#include <string>
static std::string text;
static std::function<int(int)> make(int n)
{
    return [n](int x) {
        auto inner = [x](int y) { return x + y; };
        std::function<int(int)> f = inner;
        return f(n) + 1;
    };
}
extern "C" const char *answer(const char *q)
{
    text = std::to_string(make(q[0])(5));
    return text.c_str();
}
