#include <cstdio>

struct Shape {
    virtual ~Shape() = default;
    virtual int area() const { return 4; }
};

static Shape *shape;

extern "C" const char *answer(const char *question)
{
    static char text[128];
    if (!shape)
        shape = new Shape;
    std::snprintf(text, sizeof text, "%s %d", question, shape->area());
    return text;
}
