int base(int value)
{
    return value + 1;
}

int better(int value)
{
    return base(value) * 2;
}
