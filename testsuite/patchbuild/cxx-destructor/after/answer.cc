#include <cstdio>

static int freed;

struct Holder {
    ~Holder();
    int value = 1;
};

Holder::~Holder()
{
    freed += value * 10;
}

extern "C" const char *answer(const char *question)
{
    static char text[128];
    {
        Holder holder;
        holder.value = 2;
    }
    std::snprintf(text, sizeof text, "%s %d", question, freed);
    return text;
}
