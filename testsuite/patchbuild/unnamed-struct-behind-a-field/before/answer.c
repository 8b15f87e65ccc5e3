#include <stdio.h>
#include <stdlib.h>

struct table {
    struct {
        int key;
        int value;
    } *rows;
};
static struct table table;

static int count(void)
{
    if (!table.rows)
        table.rows = calloc(4, sizeof *table.rows);
    return table.rows[1].key += 10;
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, count());
    return text;
}
