#include "account.h"

int bank(int amount)
{
    Account account;
    account.add(amount);
    account.add(5);
    return account.balance();
}
