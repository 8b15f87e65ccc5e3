#include "size.h"

int area(const struct size *size)
{
    return size->width * size->height;
}
