#include <string>
static std::string text;
struct Visitor {
    virtual ~Visitor() {}
    virtual int visit(int) = 0;
};
__attribute__((noinline)) int drive(Visitor &v, int x)
{
    return v.visit(x) + 1;
}
inline int work(int x)
{
    struct Mine : Visitor {
        int visit(int y) override { return y; }
    } m;
    return drive(m, x);
}
extern "C" const char *answer(const char *q)
{
    text = std::to_string(work(q[0]));
    return text.c_str();
}
