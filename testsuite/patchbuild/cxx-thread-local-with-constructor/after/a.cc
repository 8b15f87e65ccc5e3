#include "state.h"
static std::string text;
extern "C" const char *answer(const char *)
{
    ++state.n;
    text = "[" + std::to_string(state.n) + ":" + state.name;
    return text.c_str();
}
