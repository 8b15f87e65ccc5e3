int price(int amount)
{
    return amount * 12 + 1;
}

int discount(int amount)
{
    return amount / 10;
}
