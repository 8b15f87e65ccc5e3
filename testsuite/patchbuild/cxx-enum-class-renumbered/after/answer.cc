#include <cstdio>

enum class State : char { Idle, Waiting, Busy };
static State state = State::Idle;

extern "C" const char *answer(const char *question)
{
    static char text[64];
    if (question[0] == 'b')
        state = State::Busy;
    snprintf(text, sizeof text, "%s", state == State::Busy ? "busy" : "idle");
    return text;
}
