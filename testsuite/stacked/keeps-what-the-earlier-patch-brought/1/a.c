#include <stdio.h>
#include <string.h>

static char said[64];


static int calls = 100;
int limit = 1000;

__attribute__((noinline)) static int count(void)
{
    static int since = 7;
    return ++calls + since++;
}

__attribute__((noinline)) static int step(int by)
{
    static int total;
    static int largest;
    if (by > largest)
        largest = by;
    total += by;
    return total + limit * count() + largest * 1000000;
}

__attribute__((noinline)) static int other(void)
{
    return 2;
}

const char *answer(const char *question)
{
    int value = strcmp(question, "other") == 0 ? other() : step((int)strlen(question));
    snprintf(said, sizeof said, "%d", value);
    return said;
}
