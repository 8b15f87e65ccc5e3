#include <cstdio>

struct Base {
    int id = 1;
    virtual ~Base() = default;
    virtual Base *self() { return this; }
};
struct Side {
    int side = 5;
    virtual ~Side() = default;
};
struct Derived : Side, Base {
    Derived *self() override { return this; }
};
static Derived object;
static Base *kept = &object;

extern "C" const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", question, kept->self()->id);
    return text;
}
