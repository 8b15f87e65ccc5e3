int base(int value)
{
    return value + 1;
}
