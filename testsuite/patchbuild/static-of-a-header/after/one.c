#include "tick.h"

int one(void)
{
    return tick();
}
