#include <cstdio>

struct [[gnu::abi_tag("v2")]] Name {
    int value;
};
__attribute__((noinline)) Name make(int n)
{
    return {n + 1};
}
__attribute__((noinline, abi_tag("new"))) int twice(int n)
{
    return n * 2;
}

extern "C" const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d %d", question, make(question[0]).value, twice(4));
    return text;
}
