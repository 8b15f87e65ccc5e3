#include "shared.h"

int shared;

int bump(void);
int bump(void)
{
    return ++shared;
}
