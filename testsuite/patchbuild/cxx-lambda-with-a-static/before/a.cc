#include <string>
static std::string text;
extern "C" const char *answer(const char *)
{
    auto count = [] { static int n = 0; return ++n; };
    text = std::to_string(count());
    return text.c_str();
}
