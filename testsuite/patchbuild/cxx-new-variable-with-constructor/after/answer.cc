#include <cstdio>
#include <string>

static std::string prefix = std::string("a long prefix that does not fit in ") + "the object";

extern "C" const char *answer(const char *question)
{
    static char text[128];
    std::snprintf(text, sizeof text, "%s %s", prefix.c_str(), question);
    return text;
}
