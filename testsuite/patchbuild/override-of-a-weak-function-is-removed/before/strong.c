int rate(void)
{
    return 3;
}
int other(void)
{
    return 3;
}
