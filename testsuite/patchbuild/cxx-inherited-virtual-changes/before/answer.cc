#include <cstdio>

struct Named {
    virtual ~Named() = default;
    virtual const char *name() const { return "named"; }
};
struct Sized {
    virtual ~Sized() = default;
    virtual int size() const;
    int factor = 2;
};
int Sized::size() const
{
    return 1 * factor;
}
struct Box : Named, Sized {
    int size() const override { return Sized::size() + 1; }
};
struct Bag : Box {
};
static Bag bag;
static Named *named = &bag;
static Sized *sized = &bag;

extern "C" const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %s %d", question, named->name(), sized->size());
    return text;
}
