#include <stdio.h>
#include <string.h>

static char said[64];


int (*handler)(int);

__attribute__((noinline)) static int plain(int n)
{
    return n + 1;
}

const char *answer(const char *question)
{
    if (!handler)
        handler = plain;
    snprintf(said, sizeof said, "%d", handler((int)strlen(question)));
    return said;
}
