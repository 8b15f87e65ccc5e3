int used(int value)
{
    return value + 1;
}

int unused(int value)
{
    return used(value) * 10;
}
