#include <cstdio>
#include <cstring>
#include <string>

template <typename T>
__attribute__((noinline)) T shown(T value)
{
    return value + 1;
}

extern "C" const char *answer(const char *question)
{
    static std::string said;
    said = std::to_string(shown(static_cast<int>(std::strlen(question))));
    return said.c_str();
}
