#include "item.h"

void fill(struct item *item, int id)
{
    item->id = id;
    item->weight = id * 2;
}
