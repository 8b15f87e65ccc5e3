#include <cstdio>
#include <stdexcept>
#include <string>

static int alive;

struct Guard {
    Guard() { ++alive; }
    ~Guard() { --alive; }
};

__attribute__((noinline)) void risky(const std::string &word)
{
    Guard guard;
    if (word[0] == 't')
        throw std::runtime_error("old " + word);
}

__attribute__((noinline)) void through(const std::string &word)
{
    Guard guard;
    risky(word);
}

extern "C" const char *answer(const char *question)
{
    static char text[128];
    try {
        Guard guard;
        through(question);
        std::snprintf(text, sizeof text, "fine %d", alive);
    } catch (const std::exception &error) {
        std::snprintf(text, sizeof text, "caught %s %d", error.what(), alive);
    }
    return text;
}
