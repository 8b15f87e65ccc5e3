#include "largest.h"

double viaOther(double value)
{
    return largest(value, 2.5) + largest<int>(1, 2);
}
