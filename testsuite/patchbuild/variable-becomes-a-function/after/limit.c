int limit(void)
{
    return 6;
}
