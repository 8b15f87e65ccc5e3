int second(void)
{
    return 2;
}
int pick(void)
{
    return 1;
}
