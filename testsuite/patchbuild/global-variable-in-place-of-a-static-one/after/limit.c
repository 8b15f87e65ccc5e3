int limit = 3;
int other(void)
{
    return limit++;
}
