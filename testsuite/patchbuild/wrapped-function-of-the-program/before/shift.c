long shift(long value)
{
    return value + 1;
}
