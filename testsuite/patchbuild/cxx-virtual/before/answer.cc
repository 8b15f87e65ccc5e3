#include <cstdio>
#include "shape.h"

static Shape *shape;

extern "C" const char *answer(const char *question)
{
    static char text[128];
    if (!shape)
        shape = make(question[0]);
    std::snprintf(text, sizeof text, "%s %d", shape->name(), shape->area());
    return text;
}
