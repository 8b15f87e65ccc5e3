#include <cstdio>
#include <cstdlib>

static int start = std::atoi(std::getenv("NOT_SET") ? "7" : "3");

extern "C" const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, start + 0);
    return text;
}
