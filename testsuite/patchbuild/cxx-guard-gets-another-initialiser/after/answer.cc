#include <cstdio>
#include <string>

extern "C" const char *answer(const char *question)
{
    static char text[64];
    static std::string greeting = std::string("moin") + question;
    snprintf(text, sizeof text, "%s %d", greeting.c_str(), 2);
    return text;
}
