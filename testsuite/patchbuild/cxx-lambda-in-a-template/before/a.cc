#include <functional>
#include <string>
#include <cstring>
static std::string text;
std::function<int(int)> ki; std::function<std::string(std::string)> ks;
template <class T, class F> void keep(F &where, T value)
{
    where = [value](T x) { return x + value; };
}
extern "C" const char *answer(const char *q)
{
    if (!std::strcmp(q, "go")) { text = std::to_string(ki(10)) + " " + ks("z"); return text.c_str(); }
    keep<int>(ki, 1); keep<std::string>(ks, "1");
    return "1 1";
}
