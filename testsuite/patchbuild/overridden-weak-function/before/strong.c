int preference(int value)
{
    return value * 2;
}
