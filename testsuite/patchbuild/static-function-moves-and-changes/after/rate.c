int rate(void)
{
    return 2;
}
int other(void)
{
    return 3;
}
