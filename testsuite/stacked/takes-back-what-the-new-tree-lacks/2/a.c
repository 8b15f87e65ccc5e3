#include <stdio.h>

int of_b(int n);

static char said[64];

__attribute__((noinline)) static int of_a(int n)
{
    return n + 3;
}

const char *answer(const char *question)
{
    snprintf(said, sizeof said, "%d %d", of_a(question[0] - '0'), of_b(question[0] - '0'));
    return said;
}
