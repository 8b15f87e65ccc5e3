int first(void)
{
    return 1;
}
int second(void)
{
    return 2;
}
int pick(void) __attribute__((alias("second")));
