#include <cstdio>
#include <string>

static std::string greeting = "hello " + std::string(40, '-');


extern "C" const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %s", question, greeting.c_str());
    return text;
}
