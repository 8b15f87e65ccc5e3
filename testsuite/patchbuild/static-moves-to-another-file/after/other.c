int unrelated(void);
int unrelated(void)
{
    return 4;
}

int next(void);
static int count;

int next(void)
{
    return ++count + 10;
}
