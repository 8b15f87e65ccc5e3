#include <cstdio>
#include <vector>

static int made;

struct Cache {
    Cache() { ++made; }
    std::vector<int> values;
};

extern "C" const char *answer(const char *question)
{
    static char text[128];
    static Cache cache;
    cache.values.push_back(question[0]);
    std::snprintf(text, sizeof text, "%s %d", question, made * 100 + static_cast<int>(cache.values.size()));
    return text;
}
