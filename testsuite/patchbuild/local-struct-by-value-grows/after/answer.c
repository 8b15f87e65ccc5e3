#include <stdio.h>

struct pair {
    int a, b;
    int c, d;
};

static __attribute__((noinline)) struct pair make(int n)
{
    struct pair pair = {n, n + 1, 5, 6};
    return pair;
}
static __attribute__((noinline)) int sum(struct pair pair)
{
    return pair.a + pair.b + pair.c + pair.d;
}

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %d", question, sum(make(question[0])));
    return text;
}
