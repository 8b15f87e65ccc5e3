#include "shared.h"

int shared = 7;

int bump(void);
int bump(void)
{
    return ++shared;
}
