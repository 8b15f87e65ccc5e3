#include <stdio.h>
#include <string.h>

static char said[64];


int (*handler)(int);

__attribute__((noinline)) static int plain(int n)
{
    return n + 1;
}

__attribute__((noinline)) static int doubled(int n)
{
    return n * 2;
}

const char *answer(const char *question)
{
    if (strcmp(question, "switch") == 0)
        handler = doubled;
    if (!handler)
        handler = plain;
    snprintf(said, sizeof said, "%d", handler((int)strlen(question)));
    return said;
}
