int price(int amount)
{
    return amount * 10;
}

int discount(int amount)
{
    return amount / 10;
}
