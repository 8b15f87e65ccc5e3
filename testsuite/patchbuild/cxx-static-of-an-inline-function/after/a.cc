#include "lib.h"
static std::string text;
int fromB();
extern "C" const char *answer(const char *)
{
    text = std::to_string(next());
    text += " " + std::to_string(fromB());
    return text.c_str();
}
