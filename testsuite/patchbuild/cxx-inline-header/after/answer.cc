#include <cstdio>
#include "account.h"

int bank(int amount);
static Account own;

extern "C" const char *answer(const char *question)
{
    static char text[128];
    own.add(1);
    std::snprintf(text, sizeof text, "%d %d", bank(question[0]), own.balance());
    return text;
}
