static inline int fee(int amount)
{
    return amount / 5;
}
