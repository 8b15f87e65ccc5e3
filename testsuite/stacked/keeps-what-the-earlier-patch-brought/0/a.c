#include <stdio.h>
#include <string.h>

static char said[64];


__attribute__((noinline)) static int step(int by)
{
    static int total;
    total += by;
    return total;
}

__attribute__((noinline)) static int other(void)
{
    return 1;
}

const char *answer(const char *question)
{
    int value = strcmp(question, "other") == 0 ? other() : step((int)strlen(question));
    snprintf(said, sizeof said, "%d", value);
    return said;
}
