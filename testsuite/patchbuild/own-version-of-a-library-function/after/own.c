long labs(long value)
{
    return value + 77;
}
int other(void)
{
    return 3;
}
