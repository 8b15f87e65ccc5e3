#include <cstdio>

struct Shape {
    virtual ~Shape() = default;
    virtual int area(int scale) const { return 4 * scale; }
};
static Shape shape;
static Shape *kept = &shape;

extern "C" const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", question, kept->area(2));
    return text;
}
