#include "item.h"

void fill(struct item *item, int id)
{
    item->id = id;
    item->color = 1;
    item->weight = id * 2;
}
