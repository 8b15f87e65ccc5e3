#include <cstdio>

enum class State : char { Idle, Busy };
static State states[3];

extern "C" const char *answer(const char *question)
{
    static char text[64];
    states[1] = State::Busy;
    snprintf(text, sizeof text, "%s %d", question, static_cast<int>(states[1]));
    return text;
}
