void hook(int *value)
{
    *value += 1000;
}
