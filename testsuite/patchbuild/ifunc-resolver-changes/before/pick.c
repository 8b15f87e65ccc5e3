static int first(void)
{
    return 1;
}
static int second(void)
{
    return 2;
}
static int (*choose(void))(void)
{
    return first;
}
int also(void)
{
    return second();
}
int pick(void) __attribute__((ifunc("choose")));
