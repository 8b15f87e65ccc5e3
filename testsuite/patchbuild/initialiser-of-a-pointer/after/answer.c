#include <stdio.h>

int first = 1;
int second = 2;
int *chosen = &second;
const char *name = "a new name";

static int one(void)
{
    return 1;
}

static int two(void)
{
    return 2;
}

int (*table[2])(void) = {two, two};

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d %s %d %d", question, chosen ? *chosen : 0, name, table[0](), table[1]());
    return text;
}
