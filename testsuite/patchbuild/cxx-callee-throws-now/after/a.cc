#include <cstdio>
#include <cstdlib>
static int closed;
struct Door
{
    ~Door() { ++closed; }
};
int (*volatile open)(const char *) = std::atoi;
__attribute__((noinline)) int check(int value)
{
    if (value == 120)
        throw value;
    return value * 2;
}
__attribute__((noinline)) int relay(const char *q)
{
    const int checked = check(q[0]);
    Door door;
    return checked + open(q + 1);
}
extern "C" const char *answer(const char *q)
{
    static char text[64];
    try {
        std::snprintf(text, sizeof text, "%d %d", relay(q), closed);
    } catch (int value) {
        std::snprintf(text, sizeof text, "refused %d", value);
    }
    return text;
}
