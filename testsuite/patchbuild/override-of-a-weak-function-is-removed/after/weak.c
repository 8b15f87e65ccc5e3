__attribute__((weak)) int rate(void)
{
    return 1;
}
