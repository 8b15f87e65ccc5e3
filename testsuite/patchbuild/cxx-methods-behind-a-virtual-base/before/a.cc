#include <cstdio>
#include <string>
static std::string text;
struct Base {
    virtual ~Base() {}
    virtual int f(int x) { return x; }
    int data = 3;
};
struct Left : virtual Base {
    int f(int x) override { return x + data; }
    int l = 1;
};
struct Right : virtual Base {
    virtual int g(int x) { return x * 2; }
    int r = 2;
};
struct Bottom : Left, Right {
    int f(int x) override { return x + l + r + data; }
    int g(int x) override { return x - r; }
};
static Bottom bottom;
__attribute__((noinline)) int viaBase(Base &b, int x)
{
    return b.f(x);
}
__attribute__((noinline)) int viaRight(Right &b, int x)
{
    return b.g(x) + b.f(x);
}
__attribute__((noinline)) int viaLeft(Left &b, int x)
{
    return b.f(x);
}
extern "C" const char *answer(const char *q)
{
    int x = q[0];
    text = std::to_string(viaBase(bottom, x)) + " " + std::to_string(viaRight(bottom, x)) + " " +
           std::to_string(viaLeft(bottom, x));
    return text.c_str();
}
