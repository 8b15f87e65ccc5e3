#include "tick.h"

int two(void)
{
    return tick() + tick();
}
