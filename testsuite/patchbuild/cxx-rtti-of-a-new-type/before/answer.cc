#include <cstdio>
#include <stdexcept>

__attribute__((noinline)) void fail()
{
    throw std::runtime_error("plain");
}

__attribute__((noinline)) static const char *attempt()
{
    static char kept[32];
    try {
        fail();
    } catch (const std::runtime_error &error) {
        snprintf(kept, sizeof kept, "%s", error.what());
    }
    return kept;
}

extern "C" const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %s", question, attempt());
    return text;
}
