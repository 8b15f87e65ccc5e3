#include "lib.h"
#include <cstdio>
#include <cstring>
std::function<int(int)> saved;
extern "C" const char *answer(const char *q)
{
    static char text[128];
    if (!strcmp(q, "set")) { std::snprintf(text, sizeof text, "%d", both(7)); return text; }
    std::snprintf(text, sizeof text, "%d", saved ? saved(5) : -1);
    return text;
}
