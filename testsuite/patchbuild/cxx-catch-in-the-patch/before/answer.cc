#include <cstdio>
#include <stdexcept>

__attribute__((noinline)) int parse(const char *word)
{
    if (word[0] < '0' || word[0] > '9')
        throw std::invalid_argument("not a number");
    return word[0] - '0';
}

__attribute__((noinline)) int guarded(const char *word)
{
    return word[0] == 'x' ? -1 : parse(word);
}

extern "C" const char *answer(const char *question)
{
    static char text[128];
    try {
        std::snprintf(text, sizeof text, "%d", guarded(question));
    } catch (const std::invalid_argument &) {
        std::snprintf(text, sizeof text, "outside");
    }
    return text;
}
