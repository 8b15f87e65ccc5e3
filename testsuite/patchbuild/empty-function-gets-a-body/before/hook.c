void hook(int *value)
{
    (void)value;
}
