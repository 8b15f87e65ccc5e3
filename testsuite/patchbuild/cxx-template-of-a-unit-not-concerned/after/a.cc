#include "lib.h"
static std::string text;
extern "C" const char *answer(const char *q)
{
    text = std::to_string(twice<int>(q[0]));
    return text.c_str();
}
