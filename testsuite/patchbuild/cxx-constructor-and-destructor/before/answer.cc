#include <cstdio>

static int gone;
struct Base {
    explicit Base(int n) : value(n) {}
    virtual ~Base() { gone += 1; }
    int value;
};
struct Derived : Base {
    Derived() : Derived(4) {}
    explicit Derived(int n) : Base(n * 2) {}
    ~Derived() override { gone += 10; }
};
__attribute__((noinline)) static int use(Base *base)
{
    int value = base->value;
    delete base;
    return value;
}

extern "C" const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d %d", question, use(new Derived), gone);
    return text;
}
