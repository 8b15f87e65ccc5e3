#include "shared.h"

int bump(void)
{
    return shared += 10;
}
