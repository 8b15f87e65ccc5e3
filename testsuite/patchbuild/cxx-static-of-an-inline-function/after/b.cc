#include "lib.h"
int fromB()
{
    return next();
}
