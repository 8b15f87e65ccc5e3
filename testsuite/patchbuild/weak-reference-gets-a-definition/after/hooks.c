int hook(void)
{
    return 3;
}
int other(void)
{
    return 3;
}
