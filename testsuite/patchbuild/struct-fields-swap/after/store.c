#include "item.h"

#include <stdlib.h>

static struct item *newest;

struct item *add(int id, int weight)
{
    newest = calloc(1, sizeof *newest);
    newest->id = id;
    newest->weight = weight;
    return newest;
}

int heaviest(void)
{
    return newest ? newest->weight : 0;
}
