#include "count.h"

int other();
int other()
{
    return Counter<int>::next(1);
}
