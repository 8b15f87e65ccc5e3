static __attribute__((noinline, optnone)) int step(void)
{
    return 2;
}
__attribute__((noinline, optnone)) int rate(void)
{
    return step();
}
int other(void)
{
    return 3;
}
