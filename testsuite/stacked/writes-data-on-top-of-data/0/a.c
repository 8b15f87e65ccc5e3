#include <stdio.h>
#include <string.h>

static char said[64];


int limit = 1;
const char *name = "old";
int table[3] = {1, 2, 3};

const char *answer(const char *question)
{
    if (strcmp(question, "set") == 0)
        table[0] = 50;
    snprintf(said, sizeof said, "%d %s %d %d %d", limit, name, table[0], table[1], table[2]);
    return said;
}
