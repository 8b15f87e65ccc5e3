#include "fee.h"

int card(int amount)
{
    return amount + fee(amount) + 4;
}
