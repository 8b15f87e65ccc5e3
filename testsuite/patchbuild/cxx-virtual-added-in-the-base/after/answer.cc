#include <cstdio>

struct Base {
    virtual ~Base() = default;
    virtual int one() const { return 1; }
    virtual int two() const { return 2; }
};
struct Derived : Base {
    int one() const override { return 3; }
};
static Derived object;
static Base *kept = &object;

extern "C" const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", question, kept->one());
    return text;
}
