#include "b.h"

int counted = 10;

int count(int n)
{
    return counted += n;
}
