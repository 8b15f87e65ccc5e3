#include <stdio.h>
#include <string.h>

static char said[64];


__attribute__((noinline)) static int first(void)
{
    return 1;
}

__attribute__((noinline)) static int second(void)
{
    return 3;
}

const char *answer(const char *question)
{
    snprintf(said, sizeof said, "%d %d %d", first(), second(), (int)strlen(question));
    return said;
}
