#include <cstdio>
#include <string>


extern "C" const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %s", question, "none");
    return text;
}
