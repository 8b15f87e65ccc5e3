#include <stdio.h>
#include <stdlib.h>

static const int sizes = 4;
static int *table;

static int total(void)
{
    if (!table)
        table = calloc(sizes, sizeof *table);
    return ++table[sizes - 1];
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, total());
    return text;
}
