#include "limits.h"

int upper(int value)
{
    return value > MOST ? MOST : value;
}

int lower(int value)
{
    return value < LEAST ? LEAST : value;
}
