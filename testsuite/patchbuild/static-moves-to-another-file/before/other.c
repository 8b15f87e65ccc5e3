int unrelated(void);
int unrelated(void)
{
    return 4;
}
