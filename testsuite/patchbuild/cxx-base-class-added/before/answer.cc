#include <cstdio>

struct Named {
    const char *name = "none";
};

struct Item {
    int value = 3;
};

static Item *item = new Item;

extern "C" const char *answer(const char *question)
{
    static char text[128];
    std::snprintf(text, sizeof text, "%s %d", question, item->value);
    return text;
}
