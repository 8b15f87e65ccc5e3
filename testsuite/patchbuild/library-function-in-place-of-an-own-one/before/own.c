int other(void)
{
    return 3;
}
long labs(long value)
{
    return value + 77;
}
