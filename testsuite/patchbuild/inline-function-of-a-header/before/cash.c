#include "fee.h"

int cash(int amount)
{
    return amount + fee(amount) + 4;
}
