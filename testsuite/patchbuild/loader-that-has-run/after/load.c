#include "parts.h"

void load(void)
{
    fillTable(1);
    refresh();
}
