#include <stdio.h>
#include <string.h>

static char said[64];


__attribute__((noinline)) static int size(int n)
{
    return n;
}

const char *answer(const char *question)
{
    snprintf(said, sizeof said, "%d", size((int)strlen(question)));
    return said;
}
