#include <functional>
#include <cstdio>
#include <cstring>
std::function<int(int)> saved;
int both(int value, int more)
{
    std::function<int(int)> keep = [value, more](int x) { return x + value + more; };
    saved = keep;
    return keep(1);
}
extern "C" const char *answer(const char *q)
{
    static char text[128];
    if (!strcmp(q, "set")) { std::snprintf(text, sizeof text, "%d", both(7, 1000)); return text; }
    std::snprintf(text, sizeof text, "%d", saved ? saved(5) : -1);
    return text;
}
