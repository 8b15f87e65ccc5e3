#include <cstdio>

static int constructed;

struct Registry {
    Registry() : number(++constructed * 100) {}
    ~Registry() { --constructed; }
    int number;
};

__attribute__((noinline)) int lookup(int value)
{
    static Registry registry;
    return ++registry.number + value * 0;
}

extern "C" const char *answer(const char *question)
{
    static char text[128];
    std::snprintf(text, sizeof text, "%s %d %d", question, lookup(1), constructed);
    return text;
}
